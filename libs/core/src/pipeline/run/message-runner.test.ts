import { beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { none } from 'throughline/tracing';
import { anInbound } from '../inbound-message.fixture.js';
import { exponential } from '#base';
import { Lane, PartitionLanes, Task } from '../../scheduler/lanes/task.js';
import { ACK, type Outcome } from 'throughline/transport';
import { RetryPolicy } from '../retry-policy.js';
import { HandlerCounts } from '../../scheduler/handler-counts.js';
import { MessageRunner } from './message-runner.js';

const LETTER: Outcome = { kind: 'deadLetter', reason: 'rejected', cause: 'no', isStored: true };

function aRunner() {
  const counts = new HandlerCounts();
  const runner = new MessageRunner({
    handler: 'Orders.process',
    retryPolicy: new RetryPolicy({ attempts: 1, backoff: exponential('1s', '10s') }),
    tracer: none(),
    trace: 'continue',
    failedRuns: undefined,
    countsOf: () => counts,
  });
  return { runner, counts };
}

const aTask = (): Task => {
  const inbound = anInbound();
  return new Task(inbound, new Lane(new PartitionLanes('orders'), inbound), 0);
};

const revoked = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe('MessageRunner', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  it.each([
    ['at once', (): never => fail(new Error('a broken step'))],
    ['later', (): Promise<never> => Promise.reject(new Error('a broken step'))],
    ['and cannot be read', (): never => fail(revoked())],
  ])(
    'makes a retry of what is thrown around the pipeline %s, and never an end',
    async (_, next) => {
      const { runner, counts } = aRunner();
      const task = aTask();

      // Its only attempt: what is thrown inside the pipeline would make a dead letter of it.
      const outcome = await runner.run(task, next);

      expect(outcome).toMatchObject({ kind: 'retry', after: 1_000, counts: true });
      expect(task.outcome).toBe(outcome);
      expect(counts.counts).toMatchObject({ retries: 1, deadLetters: 0, done: 0 });
    },
  );

  it('stores a dead letter again that could not be stored, and does not run its handler again', async () => {
    const { runner, counts } = aRunner();
    const task = aTask();
    let runs = 0;
    const unstored: Outcome = {
      kind: 'retry',
      after: 0,
      cause: new Error('refused'),
      counts: false,
      storeAgain: () => Promise.resolve(LETTER),
    };
    const next = (): Outcome => {
      runs += 1;
      return unstored;
    };

    await runner.run(task, next);
    const outcome = await runner.run(task, next);

    expect(outcome).toBe(LETTER);
    expect(runs).toBe(1);
    expect(counts.counts).toMatchObject({ held: 1, deadLetters: 1 });
  });

  it('knows what became of a message although the application’s own logger throws', async () => {
    Logger.overrideLogger({
      log: () => undefined,
      warn: () => undefined,
      error: () => fail(new Error('a broken logger')),
    });
    const { runner } = aRunner();
    const task = aTask();

    const outcome = await runner.run(task, () => LETTER);

    expect(outcome).toBe(LETTER);
    expect(task.outcome).toBe(LETTER);
    Logger.overrideLogger(false);
  });

  it('runs the handler again once its message has come to something else', async () => {
    const { runner } = aRunner();
    const task = aTask();
    await runner.run(task, () => ({
      kind: 'retry',
      after: 0,
      cause: undefined,
      counts: false,
      storeAgain: () =>
        Promise.resolve({ kind: 'retry', after: 0, cause: undefined, counts: false }),
    }));
    await runner.run(task, () => ACK);

    expect(await runner.run(task, () => ACK)).toBe(ACK);
  });
});

function fail(thrown: unknown): never {
  throw thrown;
}
