import { describe, expect, it } from '@jest/globals';
import { Pollers } from './poller.js';

/** Polls under way, which the test answers one by one. */
function aQueue(capacity = (): number => 1_000) {
  const polls: { readonly max: number; readonly answer: (count: number) => void }[] = [];
  const waiting: (() => void)[] = [];
  const pollers = new Pollers({
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
    const stopped = pollers.stop();
    for (const { answer } of polls) answer(0);
    await stopped;
  };
  return { pollers, polls, begun, end };
}

const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
};

describe('Pollers', () => {
  it('polls once at a time while polls bring little, for ten each', async () => {
    const { polls, begun, end } = aQueue();
    await begun(1);

    polls[0]?.answer(3);
    await begun(2);
    await turns();

    expect(polls.map(({ max }) => max)).toEqual([10, 10]);
    await end();
  });

  it('adds a poller after each full receive, up to ten', async () => {
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

  it('goes back to one poller when there is nothing to receive', async () => {
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

  it('polls for nothing where there is no room, until it is woken', async () => {
    let capacity = 0;
    const { pollers, polls, begun, end } = aQueue(() => capacity);
    await turns();
    expect(polls).toHaveLength(0);

    capacity = 25;
    pollers.wake();
    await begun(1);

    expect(polls[0]?.max).toBe(10);
    await end();
  });

  it('asks for what there is room for, where ten do not fit', async () => {
    const { polls, begun, end } = aQueue(() => 4);

    await begun(1);

    expect(polls[0]?.max).toBe(4);
    await end();
  });

  it('counts what polls under way may bring', async () => {
    const { polls, begun, end } = aQueue(() => 20);
    await begun(1);

    polls[0]?.answer(10);
    await begun(3);
    polls[1]?.answer(10);
    await begun(4);
    await turns();

    // Room for twenty: two polls of ten under way, and a third poller that waits.
    expect(polls).toHaveLength(4);
    await end();
  });

  it('stops only after the polls under way have ended, and begins none', async () => {
    const { pollers, polls, begun } = aQueue();
    await begun(1);
    let isStopped = false;

    const stopped = pollers.stop().then(() => (isStopped = true));
    await turns();
    expect(isStopped).toBe(false);
    polls[0]?.answer(10);
    await stopped;

    expect(polls).toHaveLength(1);
  });

  it('stops where it waits for room', async () => {
    const { pollers, polls } = aQueue(() => 0);

    await pollers.stop();

    expect(polls).toHaveLength(0);
  });
});
