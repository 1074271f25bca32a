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

/** A source of a FIFO queue, from which one receive after the other comes. */
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
  const told = (): readonly string[] =>
    asked.map(({ name }) => name).filter((name) => /^(Delete|Change)/.test(name));
  return { source, receive, told };
}

/** Promises come to their ends; no timer runs. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

/** The process stood still: the clock has gone on, and no timer has run. */
const freeze = (): void => {
  jest.setSystemTime(Date.now() + FROZEN_FOR);
};

/** The process has run again for a while: what is read now has come afterwards. */
const runOn = (): Promise<void> => jest.advanceTimersByTimeAsync(3_000);

const givenBack = (inbound: SqsInbound): Settlement<SqsInbound> => ({
  inbound,
  outcome: GIVEN_BACK,
});

describe('a process that stood still for longer than its messages are hidden', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    Logger.overrideLogger(false);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('knows that what waits is no longer its own, before any timer has run', async () => {
    const { source, receive } = await aSource();
    const inbounds = await receive('m1', 'm2');
    const before = inbounds.map(({ isOurs }) => isOurs);

    freeze();

    expect(before).toEqual([true, true]);
    expect(inbounds.map(({ isOurs }) => isOurs)).toEqual([false, false]);
    await source.stop();
  });

  it('tells SQS nothing of what it gives back unstarted, and takes it when it comes again', async () => {
    const { source, receive, told } = await aSource();
    const first = await receive('m1', 'm2');
    freeze();

    await source.settle(first.map(givenBack));
    await runOn();
    const again = await receive('m1', 'm2');

    expect(told()).toEqual([]);
    expect(first.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(again.map(({ id }) => id)).toEqual(['m1', 'm2']);
    expect(again.map(({ isOurs }) => isOurs)).toEqual([true, true]);
    await source.stop();
  });

  it('owns again what is received again while it still waits, with a signal for its run', async () => {
    const { source, receive } = await aSource();
    const [waiting] = (await receive('m1')) as [SqsInbound];
    const before = waiting.signal;
    freeze();
    await runOn();
    const lost = { isOurs: waiting.isOurs, isAborted: before.aborted };

    const delivered = await receive('m1');

    expect(lost).toEqual({ isOurs: false, isAborted: true });
    expect(delivered).toEqual([]);
    expect(waiting.isOurs).toBe(true);
    expect(waiting.signal.aborted).toBe(false);
    await source.stop();
  });

  it('tells a run that goes on of a later loss, where it was received again in time', async () => {
    const { source, receive } = await aSource();
    const [running] = (await receive('m1')) as [SqsInbound];
    const { signal } = running;

    await receive('m1');
    running.lose(new Error('lost'));

    expect(signal.aborted).toBe(true);
    await source.stop();
  });

  it('gives back to SQS what came again before it was given back', async () => {
    const { source, receive, told } = await aSource();
    const [waiting] = (await receive('m1')) as [SqsInbound];
    freeze();
    await runOn();
    await receive('m1');

    await source.settle([givenBack(waiting)]);

    expect(told()).toEqual(['ChangeMessageVisibilityBatch']);
    await source.stop();
  });

  it('does not own what came while it was frozen, and lay in its socket for longer than its visibility', async () => {
    const { receive, source } = await aSource();
    await receive();
    freeze();

    const [late] = await receive('a1');
    await runOn();
    const [later] = await receive('a2');
    await source.stop();

    expect(late?.isOurs).toBe(false);
    expect(later?.isOurs).toBe(true);
  });
});
