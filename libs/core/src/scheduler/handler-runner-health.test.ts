import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { none, type Tracer } from 'throughline/tracing';
import { anInbound } from '../pipeline/inbound-message.fixture.js';
import { exponential } from '#base';
import { ATTENTION_AFTER } from 'throughline/transport';
import { ThroughlineError } from '#base';
import type { Task } from './lanes/task.js';
import { ACK, type Outcome } from 'throughline/transport';
import { RetryPolicy } from '../pipeline/retry-policy.js';
import { Settler } from './settler.js';
import type { InboundMessage } from 'throughline/transport';
import { TEST_FEATURES, testSource } from '../transport.fixture.js';
import { BlockedMessages } from './blocked-messages.js';
import { HandlerCounts } from './handler-counts.js';
import { ProcessingHooks } from '../pipeline/processing-hooks.js';
import { MessageRunner } from '../pipeline/run/message-runner.js';
import { HandlerRunner, type HandlerRunnerParts } from './handler-runner.js';

const denied = new ThroughlineError('TL_SQS_DENIED', 'The queue is denied.', {
  errorClass: 'blocked',
});

const blocked: Outcome = {
  kind: 'retry',
  after: 100,
  cause: denied,
  counts: false,
  where: 'lane',
};

/** A message that stays ours until a test says otherwise. */
const aHeldMessage = (): InboundMessage & { isOurs: boolean } => ({
  ...anInbound({ lane: 'a' }),
  isOurs: true,
});

describe('HandlerRunner, and what health says of it', () => {
  const troubles = new Map<string, string>();
  const settled: string[] = [];
  beforeEach(() => {
    Logger.overrideLogger(false);
    jest.useFakeTimers();
    troubles.clear();
    settled.length = 0;
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const source = testSource({
    settle: (entries) => void settled.push(...entries.map(({ outcome }) => outcome.kind)),
  });

  function aHandlerRunner(
    parts: Partial<HandlerRunnerParts>,
    tracer: Tracer = none(),
  ): HandlerRunner {
    const health = {
      report: (who: string, what: string): void => void troubles.set(who, what),
      clear: (who: string): void => void troubles.delete(who),
    };
    const handler = 'Orders.process';
    return new HandlerRunner({
      handler,
      capacity: { concurrency: 1, perSlot: 1, gatherFor: 0, laneLimit: 1 },
      features: TEST_FEATURES,
      work: () => undefined,
      settler: new Settler(source),
      storeDeadLetter: undefined,
      runner: new MessageRunner({
        handler,
        retryPolicy: new RetryPolicy({ attempts: 1, backoff: exponential('1s', '10s') }),
        tracer,
        trace: 'continue',
        failedRuns: undefined,
        countsOf: () => new HandlerCounts(),
      }),
      blocked: new BlockedMessages({
        handler,
        health,
        retention: () => Promise.resolve(undefined),
      }),
      immediateStarts: true,
      batchCalls: new Set(),
      steps: new Map(),
      hooks: new ProcessingHooks(Symbol('test')),
      allCounts: new Map(),
      countFailure: () => undefined,
      ...parts,
    });
  }

  const ending =
    (outcome: Outcome | undefined) =>
    (tasks: readonly Task[]): void => {
      for (const task of tasks) task.outcome = outcome;
    };

  it('clears the report of a blocked message that has lapsed while it waited', async () => {
    const inbound = aHeldMessage();
    const handlerRunner = aHandlerRunner({ work: ending(blocked) });
    handlerRunner.take([inbound]);
    await jest.advanceTimersByTimeAsync(ATTENTION_AFTER);
    expect([...troubles.keys()]).toEqual(['Orders.process (blocked)']);

    inbound.isOurs = false;
    await jest.advanceTimersByTimeAsync(1_000);

    expect(settled).toEqual(['retry']);
    expect(troubles.size).toBe(0);
  });

  it('reports no message that was dropped while it was in progress', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const end = ending(blocked);
    const handlerRunner = aHandlerRunner({ work: (tasks) => promise.then(() => end(tasks)) });
    handlerRunner.take([aHeldMessage()]);

    handlerRunner.drop(['orders']);
    resolve(undefined);
    await jest.advanceTimersByTimeAsync(2 * ATTENTION_AFTER);

    expect(handlerRunner.lanes.running).toBe(0);
    expect(troubles.size).toBe(0);
  });

  it('reports nothing after it was closed', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const end = ending(blocked);
    const handlerRunner = aHandlerRunner({ work: (tasks) => promise.then(() => end(tasks)) });
    handlerRunner.take([aHeldMessage()]);

    handlerRunner.close();
    resolve(undefined);
    await jest.advanceTimersByTimeAsync(2 * ATTENTION_AFTER);

    expect(troubles.size).toBe(0);
  });

  it('reports a message that cannot be run at all, and clears that once it can', async () => {
    let isBroken = true;
    const handlerRunner = aHandlerRunner({
      work: (tasks) => {
        if (isBroken) throw new TypeError('a broken tracer');
        ending(ACK)(tasks);
      },
    });
    handlerRunner.take([aHeldMessage()]);
    await jest.advanceTimersByTimeAsync(ATTENTION_AFTER);
    expect(troubles.get('Orders.process (blocked)')).toMatch(
      /Message message-1 cannot be processed/,
    );

    isBroken = false;
    await jest.advanceTimersByTimeAsync(1_000);

    expect(settled).toEqual(['ack']);
    expect(troubles.size).toBe(0);
  });

  it('has a message take its turn whose dead letter could not even be tried, beyond a full lane', async () => {
    const broken: Tracer = {
      ...none(),
      process: () => {
        throw new TypeError('a broken tracer');
      },
    };
    const held = Promise.withResolvers<undefined>();
    const end = ending(ACK);
    const handlerRunner = aHandlerRunner(
      { work: (tasks) => held.promise.then(() => end(tasks)), storeDeadLetter: () => ACK },
      broken,
    );
    handlerRunner.take([1, 2, 3].map(aHeldMessage));
    await jest.advanceTimersByTimeAsync(0);

    held.resolve(undefined);
    await jest.advanceTimersByTimeAsync(1_000);

    expect(settled).toEqual(['ack', 'ack', 'ack']);
  });

  it('frees the slot of a message that met an outage, also where the application’s logger throws', async () => {
    const full = (): never => {
      throw new Error('the disk is full');
    };
    Logger.overrideLogger({ log: full, warn: full, error: full, debug: full });
    const cause = new ThroughlineError('TL_SQS_UNAVAILABLE', 'away');
    const outcomes: Outcome[] = [{ ...blocked, cause }, ACK];
    const handlerRunner = aHandlerRunner({
      work: (tasks) => Promise.resolve().then(() => ending(outcomes.shift())(tasks)),
    });

    handlerRunner.take([aHeldMessage()]);
    await jest.advanceTimersByTimeAsync(10_000);

    expect(settled).toEqual(['ack']);
    expect(handlerRunner.lanes.running).toBe(0);
  });
});
