import { describe, expect, it } from '@jest/globals';
import { Poller } from './poller.js';

/** Polls in progress, which the test answers one by one. */
function aQueue(capacity = (): number => 1_000) {
  const polls: { readonly max: number; readonly answer: (count: number) => void }[] = [];
  const waiting: (() => void)[] = [];
  const poller = new Poller({
    capacity,
    receive: (max) =>
      new Promise((answer) => {
        polls.push({ max, answer });
        for (const wake of waiting.splice(0)) wake();
      }),
  });
  const begun = async (count: number): Promise<void> => {
    while (polls.length < count) await new Promise<void>((wake) => waiting.push(wake));
  };
  const end = async (): Promise<void> => {
    const stopped = poller.stop();
    for (const { answer } of polls) answer(0);
    await stopped;
  };
  return { poller, polls, begun, end };
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
};

describe('Poller', () => {
  it('polls with one loop, for ten messages each, while receives are not full', async () => {
    const { polls, begun, end } = aQueue();
    await begun(1);

    polls[0]?.answer(3);
    await begun(2);
    await turns();

    expect(polls.map(({ max }) => max)).toEqual([10, 10]);
    await end();
  });

  it('adds a loop after each full receive, up to ten', async () => {
    const { polls, begun, end } = aQueue();

    for (let poll = 0; poll < 15; poll += 1) {
      await begun(poll + 1);
      polls[poll]?.answer(10);
    }
    await begun(25);
    await turns();

    expect(polls.length - 15).toBe(10);
    await end();
  });

  it('goes back to one loop after empty receives', async () => {
    const { polls, begun, end } = aQueue();
    await begun(1);
    polls[0]?.answer(10);
    await begun(3);

    polls[1]?.answer(0);
    await turns();
    expect(polls).toHaveLength(3);
    polls[2]?.answer(0);
    await begun(4);
    await turns();

    expect(polls).toHaveLength(4);
    await end();
  });

  it('does not poll without capacity, until it is woken', async () => {
    let capacity = 0;
    const { poller, polls, begun, end } = aQueue(() => capacity);
    await turns();
    expect(polls).toHaveLength(0);

    capacity = 25;
    poller.wake();
    await begun(1);

    expect(polls[0]?.max).toBe(10);
    await end();
  });

  it('asks for as many messages as there is capacity for, if that is below ten', async () => {
    const { polls, begun, end } = aQueue(() => 4);

    await begun(1);

    expect(polls[0]?.max).toBe(4);
    await end();
  });

  it('counts the messages that polls in progress may bring', async () => {
    const { polls, begun, end } = aQueue(() => 20);
    await begun(1);

    polls[0]?.answer(10);
    await begun(3);
    polls[1]?.answer(10);
    await begun(4);
    await turns();

    // A capacity of twenty: two polls of ten in progress, and a third loop that waits.
    expect(polls).toHaveLength(4);
    await end();
  });

  it('stops after the polls in progress have ended, and begins no more', async () => {
    const { poller, polls, begun } = aQueue();
    await begun(1);
    let isStopped = false;

    const stopped = poller.stop().then(() => (isStopped = true));
    await turns();
    expect(isStopped).toBe(false);
    polls[0]?.answer(10);
    await stopped;

    expect(polls).toHaveLength(1);
  });

  it('stops while it waits for capacity', async () => {
    const { poller, polls } = aQueue(() => 0);

    await poller.stop();

    expect(polls).toHaveLength(0);
  });
});
