import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { setImmediate as turn } from 'node:timers/promises';
import { describeThrown, exponential, ThroughlineError } from '#base';
import type { InboundMessage, Settlement } from 'throughline/transport';
import { z } from 'zod';
import { inboundOf } from '../delivery.js';
import type { AnyHandlerOptions } from '../handler/handler-definition.js';
import { idempotencyPartsOf } from '../idempotency/idempotency-parts.js';
import { memoryStore } from '../idempotency/memory-store.js';
import { plainJavaScript } from '../plain-javascript.fixture.js';
import type { HandlerRunner } from '../scheduler/handler-runner.js';
import { testChannel, testSource } from '../transport.fixture.js';
import { anInbound } from './inbound-message.fixture.js';
import { boundHandler, testPipeline } from './pipeline.fixture.js';

const never = (): Promise<never> => new Promise(() => undefined);

/** Its validation never ends for some messages. */
const schema = z.object({ id: z.string() }).refine(({ id }) => id !== 'stuck' || never());

const orders = testChannel('orders', schema);

describe('a message whose run fails before its handler begins', () => {
  const begun: unknown[] = [];
  const settled: Settlement[] = [];
  const deadLetters: { readonly id: string; readonly attempt: number; readonly error: string }[] =
    [];
  beforeEach(() => {
    jest.useFakeTimers();
    Logger.overrideLogger(false);
    for (const list of [begun, settled, deadLetters]) list.length = 0;
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const source = testSource({ settle: (entries) => void settled.push(...entries) });

  /** A handler with one slot, two attempts and a dead-letter channel. */
  function runnerWith(options: AnyHandlerOptions): HandlerRunner {
    const limits = {
      concurrency: 1,
      retry: { attempts: 2, backoff: exponential('10ms', '10ms') },
    };
    const handler = (payload: unknown): void => void begun.push(payload);
    return testPipeline(
      [boundHandler('Orders.process', { ...limits, ...options }, handler, orders)],
      {
        source,
        deadLetterStoreOf:
          () =>
          (delivery, { cause }) => {
            const error =
              cause instanceof ThroughlineError ? cause.code : describeThrown(cause).name;
            deadLetters.push({ id: inboundOf(delivery).id, attempt: delivery.attempt, error });
            return Promise.resolve();
          },
        idempotencyOf: (one) =>
          idempotencyPartsOf(one, {
            application: 'shop',
            group: undefined,
            store: memoryStore(),
            retention: () => Promise.resolve(undefined),
          }),
      },
    );
  }

  const inbounds = (...ids: readonly string[]): readonly InboundMessage[] =>
    ids.map((id) => anInbound({ id, lane: id, body: JSON.stringify({ id }) }));

  it.each([
    ['a single message', {}],
    ['a batch', { batch: { size: 1, within: '1s' } }],
  ] as const)(
    'counts an attempt and frees the slot at the timeout if the validation of %s never ends',
    async (_, options) => {
      const runner = runnerWith({ timeout: '5s', ...options });

      runner.take(inbounds('stuck', 'good'));
      await jest.advanceTimersByTimeAsync(60_000);

      expect(begun).toHaveLength(1);
      expect(settled.map(({ inbound: { id } }) => id).sort()).toEqual(['good', 'stuck']);
      expect(deadLetters).toEqual([{ id: 'stuck', attempt: 2, error: 'TL_HANDLER_TIMEOUT' }]);
      expect(runner.lanes.running).toBe(0);
    },
  );

  it.each([
    [
      'throws',
      (): never => {
        throw new RangeError('no such order');
      },
      'RangeError',
    ],
    ['returns no string', () => plainJavaScript<string>(7), 'TL_IDEMPOTENCY_KEY'],
    ['returns an empty string', () => '', 'TL_IDEMPOTENCY_KEY'],
    [
      'returns a promise that rejects',
      () => plainJavaScript<string>(Promise.reject(new Error('no key'))),
      'TL_IDEMPOTENCY_KEY',
    ],
  ])('counts an attempt if its idempotent.key %s', async (_, key, error) => {
    const runner = runnerWith({ idempotent: { key } });

    runner.take(inbounds('a'));
    await jest.advanceTimersByTimeAsync(60_000);

    expect(begun).toEqual([]);
    expect(deadLetters).toEqual([{ id: 'a', attempt: 2, error }]);
    expect(settled.map(({ outcome }) => outcome.kind)).toEqual(['ack']);

    await turn(); // an unhandled rejection would fail this test
  });
});
