import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { none } from 'throughline/tracing';
import { anInbound } from '../pipeline/inbound-message.fixture.js';
import { ATTENTION_AFTER } from 'throughline/transport';
import { ThroughlineError } from '#base';
import type { Task } from './lanes/task.js';
import { ACK, type Outcome } from 'throughline/transport';
import { RetryPolicy } from '../pipeline/retry-policy.js';
import { Settler } from './settler.js';
import type { Settlement } from 'throughline/transport';
import { TEST_FEATURES, testSource } from '../transport.fixture.js';
import { BlockedMessages } from './blocked-messages.js';
import { HandlerCounts } from './handler-counts.js';
import { ProcessingHooks } from '../pipeline/processing-hooks.js';
import { MessageRunner } from '../pipeline/run/message-runner.js';
import { HandlerRunner } from './handler-runner.js';
import type { SlotWork } from './lanes/task.js';

/** A handler runner whose slots do this, and what its source was told. */
function aHandlerRunner(work: SlotWork) {
  const settled: Settlement[] = [];
  const troubles: string[] = [];
  const source = testSource({ settle: (entries) => void settled.push(...entries) });
  const counts = new HandlerCounts();
  const handlerRunner = new HandlerRunner({
    handler: 'Orders.process',
    capacity: { concurrency: 1, perSlot: 1, gatherFor: 0, laneLimit: 100 },
    features: TEST_FEATURES,
    work,
    settler: new Settler(source),
    storeDeadLetter: undefined,
    runner: new MessageRunner({
      handler: 'Orders.process',
      retryPolicy: new RetryPolicy(),
      tracer: none(),
      trace: 'continue',
      failedRuns: undefined,
      countsOf: () => counts,
    }),
    blocked: new BlockedMessages({
      handler: 'Orders.process',
      health: {
        report: (who) => troubles.push(who),
        clear: (who) => troubles.splice(troubles.indexOf(who), 1),
      },
      retention: () => Promise.resolve(undefined),
    }),
    immediateStarts: true,
    batchCalls: new Set(),
    steps: new Map(),
    hooks: new ProcessingHooks(Symbol('test')),
    allCounts: new Map([['Orders.process', counts]]),
    countFailure: () => undefined,
  });
  return { handlerRunner, settled, troubles };
}

const comesTo =
  (...outcomes: readonly Outcome[]) =>
  ([task]: readonly Task[]): void => {
    const [next = ACK, ...rest] = outcomes;
    if (task !== undefined) task.outcome = next;
    outcomes = rest;
  };

describe('HandlerRunner', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    Logger.overrideLogger(false);
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    [
      'throws',
      (): never => {
        throw new Error('a bug of ours');
      },
    ],
    ['rejects', (): Promise<never> => Promise.reject(new Error('a bug of ours'))],
  ])('runs a message again where its slot %s, and settles nothing', async (_, fail) => {
    let times = 0;
    const { handlerRunner, settled } = aHandlerRunner((tasks) => {
      times += 1;
      if (times === 1) return fail();
      comesTo(ACK)(tasks);
      return undefined;
    });

    handlerRunner.take([anInbound({ id: 'm1', lane: 'a' })]);
    await jest.advanceTimersByTimeAsync(0);
    const settledAtOnce = settled.length;
    await jest.advanceTimersByTimeAsync(1_000);

    expect(settledAtOnce).toBe(0);
    expect(times).toBe(2);
    expect(settled.map(({ inbound, outcome }) => [inbound.id, outcome])).toEqual([['m1', ACK]]);
  });

  it('tells health of a message that is blocked for long, and no more once it is done', async () => {
    const cause = new ThroughlineError('TL_KAFKA_DENIED', 'denied', { errorClass: 'blocked' });
    const blocked: Outcome = { kind: 'retry', after: 60_000, cause, counts: false, where: 'lane' };
    const { handlerRunner, troubles } = aHandlerRunner(comesTo(blocked, ACK));

    handlerRunner.take([anInbound({ lane: 'a' })]);
    await jest.advanceTimersByTimeAsync(ATTENTION_AFTER);
    const meanwhile = [...troubles];
    await jest.advanceTimersByTimeAsync(60_000);

    expect(meanwhile).toEqual(['Orders.process (blocked)']);
    expect(troubles).toEqual([]);
  });

  it('tells health nothing of what was dropped meanwhile', async () => {
    const cause = new ThroughlineError('TL_KAFKA_DENIED', 'denied', { errorClass: 'blocked' });
    const blocked: Outcome = { kind: 'retry', after: 60_000, cause, counts: false, where: 'lane' };
    const { handlerRunner, troubles } = aHandlerRunner(comesTo(blocked));

    handlerRunner.take([anInbound({ lane: 'a', origin: 'orders' })]);
    await jest.advanceTimersByTimeAsync(1_000);
    handlerRunner.drop(['orders']);
    await jest.advanceTimersByTimeAsync(ATTENTION_AFTER);

    expect(troubles).toEqual([]);
  });

  it('waits for a backoff that is longer than a timer, and does not run again at once', async () => {
    let runs = 0;
    const later: Outcome = { kind: 'retry', after: 2 ** 40, cause: undefined, counts: true };
    const { handlerRunner } = aHandlerRunner((tasks) => {
      runs += 1;
      comesTo(later)(tasks);
      return undefined;
    });

    handlerRunner.take([anInbound({ lane: 'a' })]);
    await jest.advanceTimersByTimeAsync(3_600_000);

    expect(runs).toBe(1);
  });
});
