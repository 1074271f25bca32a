import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { setImmediate as turn } from 'node:timers/promises';
import type { Batch } from '../batch.js';
import type { Delivery } from '../delivery.js';
import { ScriptedStore } from '../idempotency/scripted-store.fixture.js';
import type { MiddlewareFunction } from '../middleware.js';
import { settledTexts, testChannel, testSource } from '../transport.fixture.js';
import type { PipelineContext } from './build-pipeline.js';
import { ALL_FAST_PATHS, NO_FAST_PATHS } from './fast-paths.js';
import { anInbound } from './inbound-message.fixture.js';
import { boundHandler, testPipeline } from './pipeline.fixture.js';
import { currentRun } from './run/current-run.js';

/** Its validation never ends. */
const never = testChannel('orders', {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: () => new Promise<never>(() => undefined),
  },
});

const idempotencyOf: PipelineContext['idempotencyOf'] = ({ options: { idempotent } }) =>
  idempotent && {
    store: new ScriptedStore(),
    entryOf: () => 'entry',
    ttl: () => Promise.resolve(1_000),
    lease: 30_000,
    onUnavailable: 'retry',
  };

describe('A pipeline', () => {
  const settled: string[] = [];
  const source = testSource({
    features: { retry: 'source' },
    settle: (entries) => void settled.push(...settledTexts(entries)),
  });

  beforeEach(() => {
    Logger.overrideLogger(false);
    settled.length = 0;
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const pass: MiddlewareFunction = (_, next) => next();
  const idempotent = { key: () => 'key' };

  describe('has its steps in this order', () => {
    it('for single messages', () => {
      const runner = testPipeline([boundHandler('One', { idempotent })], {
        use: [pass, pass],
        idempotencyOf,
      });

      expect(runner.stepsOf('One').join(' → ')).toBe(
        'trace → dead-letter → classify → crash-loop → deadline → decode → validate → idempotency → use → use → time-limit → handler',
      );
    });

    it('for handlers that share a channel', () => {
      const when = (): boolean => true;
      const runner = testPipeline(
        [boundHandler('One', { when }), boundHandler('Two', { when, idempotent })],
        {
          use: [pass],
          idempotencyOf,
        },
      );

      expect(runner.stepsOf('Two').join(' → ')).toBe(
        'trace → dead-letter → classify → crash-loop → deadline → decode → validate → route → dead-letter → classify → idempotency → use → time-limit → handler',
      );
    });

    it('for batches', () => {
      const batch = { size: 10, within: '1ms' } as const;
      const runner = testPipeline([boundHandler('One', { batch, idempotent })], {
        use: [pass],
        idempotencyOf,
      });

      expect(runner.stepsOf('One').join(' → ')).toBe(
        'trace → dead-letter → classify → crash-loop → deadline → decode → validate → idempotency → use → batch → time-limit → handler',
      );
    });
  });

  it.each([
    ['single messages', {}],
    ['handlers that share a channel', { when: (): boolean => true }],
    ['batches', { batch: { size: 1, within: '1ms' } as const }],
  ])('abandons a message whose schema never answers, for %s', async (_, options) => {
    jest.useFakeTimers();
    const handle = jest.fn();
    const runner = testPipeline(
      [boundHandler('One', { ...options, timeout: '1s' }, handle, never)],
      { source },
    );

    runner.take([anInbound({ id: 'm' })]);
    await jest.advanceTimersByTimeAsync(1_100);

    expect(settled).toEqual(['m retry']);
    expect(runner.lanes.running).toBe(0);
    expect(handle).not.toHaveBeenCalled();
  });

  it('abandons a message whose middleware never answers', async () => {
    jest.useFakeTimers();
    const runner = testPipeline([boundHandler('One', { timeout: '1s' })], {
      source,
      use: [() => new Promise(() => undefined)],
    });

    runner.take([anInbound({ id: 'm' })]);
    await jest.advanceTimersByTimeAsync(1_100);

    expect(settled).toEqual(['m retry']);
  });

  it('aborts the signals of what is in progress when there is no more time, also of batches', async () => {
    const signals: AbortSignal[] = [];
    const waiting = (): Promise<void> => new Promise(() => undefined);
    const single = testPipeline([
      boundHandler(
        'One',
        {},
        (_, delivery) => (signals.push((delivery as Delivery).signal), waiting()),
      ),
    ]);
    const batch = { size: 1, within: '1ms' } as const;
    const batches = testPipeline([
      boundHandler('One', { batch }, (many) => {
        const [delivery] = many as Batch<unknown>;
        signals.push((many as Batch<unknown>).signal, ...(delivery ? [delivery.signal] : []));
        return waiting();
      }),
    ]);
    for (const runner of [single, batches]) {
      runner.take([anInbound()]);
      await turn();
      runner.abort(new Error('the application stops'));
    }

    expect(signals.map(({ aborted }) => aborted)).toEqual([true, true, true]);
  });

  it.each([
    ['with', ALL_FAST_PATHS],
    ['without', NO_FAST_PATHS],
  ])('knows the current run behind an await, %s fast paths', async (_, fastPaths) => {
    const seen: boolean[] = [];
    const runner = testPipeline(
      [
        boundHandler('One', {}, async (_payload, delivery) => {
          await turn();
          seen.push(currentRun.get() === delivery);
        }),
      ],
      { source, fastPaths },
    );

    runner.take([anInbound({ id: 'a' }), anInbound({ id: 'b' })]);
    await turn();
    await turn();

    expect(seen).toEqual([true, true]);
    expect(settled).toEqual(['a ack', 'b ack']);
  });
});
