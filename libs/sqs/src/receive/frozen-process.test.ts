import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { GIVEN_BACK, type Settlement } from 'throughline/transport';
import type { SqsInbound } from '../messages/inbound-message.js';
import { allDone, fakeClient } from '../client/fake-client.fixture.js';
import { sinkTo, sqsSource } from './source.fixture.js';

const VISIBILITY = 5_000;
const FROZEN_FOR = 9_000;

const received = (...ids: readonly string[]) => ({
  Messages: ids.map((id) => ({
    MessageId: id,
    ReceiptHandle: `receipt-${id}-${Date.now()}`,
    Body: '{}',
    Attributes: { MessageGroupId: 'group' },
  })),
});

/** A source of a FIFO queue. The test answers its polls one by one. */
async function aSource() {
  const polls: ((messages: object) => void)[] = [];
  const { client, asked } = fakeClient((ask) => {
    if (ask.name === 'GetQueueUrl') return { QueueUrl: 'url' };
    if (ask.name !== 'ReceiveMessage') return allDone(ask);
    return new Promise((resolve) => polls.push(resolve));
  });
  const delivered: SqsInbound[] = [];
  const source = sqsSource({ client, channel: 'orders.fifo', visibility: VISIBILITY });
  await source.start(sinkTo((inbounds) => delivered.push(...inbounds)));
  const receive = async (...ids: readonly string[]): Promise<readonly SqsInbound[]> => {
    const before = delivered.length;
    await turns();
    polls.shift()?.(received(...ids));
    await turns();
    return delivered.slice(before);
  };
  const settlingRequests = (): readonly string[] =>
    asked.map(({ name }) => name).filter((name) => /^(Delete|Change)/.test(name));
  return { source, receive, settlingRequests };
}

/** Settles promises without running timers. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** Advances the clock without running timers, as after a frozen process. */
const freeze = (): void => {
  jest.setSystemTime(Date.now() + FROZEN_FOR);
};

/** Lets the process run for a while. Whatever is read then has arrived after the freeze. */
const letRun = (): Promise<void> => jest.advanceTimersByTimeAsync(3_000);

const returned = (inbound: SqsInbound): Settlement<SqsInbound> => ({
  inbound,
  outcome: GIVEN_BACK,
});

describe('a process that was frozen for longer than the visibility timeout', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    Logger.overrideLogger(false);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('knows that its waiting messages are lost before any timer has run', async () => {
    const { source, receive } = await aSource();
    const inbounds = await receive('m1', 'm2');
    const before = inbounds.map(({ isOurs }) => isOurs);

    freeze();

    expect(before).toEqual([true, true]);
    expect(inbounds.map(({ isOurs }) => isOurs)).toEqual([false, false]);
    await source.stop();
  });

  it('does not settle lost messages, and takes them when they are redelivered', async () => {
    const { source, receive, settlingRequests } = await aSource();
    const first = await receive('m1', 'm2');
    freeze();

    await source.settle(first.map(returned));
    await letRun();
    const again = await receive('m1', 'm2');

    expect(settlingRequests()).toEqual([]);
    expect(first.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(again.map(({ id }) => id)).toEqual(['m1', 'm2']);
    expect(again.map(({ isOurs }) => isOurs)).toEqual([true, true]);
    await source.stop();
  });

  it('owns a waiting message again after it was redelivered, and gives it a new signal', async () => {
    const { source, receive } = await aSource();
    const [waiting] = (await receive('m1')) as [SqsInbound];
    const before = waiting.signal;
    freeze();
    await letRun();
    const lost = { isOurs: waiting.isOurs, isAborted: before.aborted };

    const delivered = await receive('m1');

    expect(lost).toEqual({ isOurs: false, isAborted: true });
    expect(delivered).toEqual([]);
    expect(waiting.isOurs).toBe(true);
    expect(waiting.signal.aborted).toBe(false);
    await source.stop();
  });

  it('aborts the signal of a run in progress at a later loss, after a redelivery in time', async () => {
    const { source, receive } = await aSource();
    const [running] = (await receive('m1')) as [SqsInbound];
    const { signal } = running;

    await receive('m1');
    running.lose(new Error('lost'));

    expect(signal.aborted).toBe(true);
    await source.stop();
  });

  it('returns a message to SQS that was redelivered before', async () => {
    const { source, receive, settlingRequests } = await aSource();
    const [waiting] = (await receive('m1')) as [SqsInbound];
    freeze();
    await letRun();
    await receive('m1');

    await source.settle([returned(waiting)]);

    expect(settlingRequests()).toEqual(['ChangeMessageVisibilityBatch']);
    await source.stop();
  });

  it('does not own a message that waited in the socket for longer than its visibility timeout', async () => {
    const { receive, source } = await aSource();
    await receive();
    freeze();

    const [late] = await receive('a1');
    await letRun();
    const [later] = await receive('a2');
    await source.stop();

    expect(late?.isOurs).toBe(false);
    expect(later?.isOurs).toBe(true);
  });
});
