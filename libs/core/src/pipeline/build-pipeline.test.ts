/* eslint-disable max-lines -- all that is promised of a whole pipeline, with one way to build it */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { setImmediate as turn } from 'node:timers/promises';
import { none } from 'throughline/tracing';
import {
  ACK,
  anyJson,
  channelOf,
  type AnyChannel,
  type Settlement,
  type Source,
} from 'throughline/transport';
import type { AnyHandlerOptions } from '../handler/handler-definition.js';
import { handlerOf } from '../handler/handler.fixture.js';
import { ThroughlineHealth } from '../health.js';
import type { HandlerRunner } from '../scheduler/handler-runner.js';
import { Settler } from '../scheduler/settler.js';
import type { Batch } from '../batch.js';
import type { Delivery } from '../delivery.js';
import { ScriptedStore } from '../idempotency/scripted-store.fixture.js';
import type { MiddlewareFunction } from '../middleware.js';
import { buildPipeline, type ChannelHandlers, type PipelineContext } from './build-pipeline.js';
import type { NestHandler } from './compose.js';
import { ALL_FAST_PATHS, NO_FAST_PATHS } from './fast-paths.js';
import { anInbound } from './inbound-message.fixture.js';
import { ProcessingHooks } from './processing-hooks.js';
import { currentRun } from './run/current-run.js';
import { middleware } from './steps/middleware.js';

const ours = {
  system: {
    name: 'test',
    setup: 'test()',
    sharing: 'Remove one.',
    handlerOptions: {},
    sharedOptions: [],
  },
  kind: 'test',
} as const;

const orders = channelOf(ours, 'orders', {
  schema: anyJson,
});

const never = channelOf(ours, 'orders', {
  schema: {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: () => new Promise<never>(() => undefined),
    },
  },
});

describe('A pipeline', () => {
  let settled: string[] = [];
  let hooks: ProcessingHooks;
  let settling: Promise<void> | undefined;

  beforeEach(() => {
    Logger.overrideLogger(false);
    settled = [];
    settling = undefined;
    hooks = new ProcessingHooks(Symbol('test'));
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const source = {
    features: {
      retry: 'source',
      ahead: { max: 10, resume: 0 },
      settle: { size: 1, within: 0 },
    },
    countFailure: () => undefined,
    settle: (entries: readonly Settlement[]) => {
      settled.push(...entries.map(({ inbound, outcome }) => `${inbound.id} ${outcome.kind}`));
      return settling;
    },
  } as unknown as Source;

  const handler = (
    name: string,
    options: AnyHandlerOptions = {},
    handle: NestHandler = () => undefined,
    channel: AnyChannel = orders,
  ): ChannelHandlers[number] => {
    return { definition: handlerOf(channel, options, name), handler: handle };
  };

  function pipeline(
    handlers: ChannelHandlers,
    {
      use = [],
      ...context
    }: Partial<PipelineContext> & { use?: readonly MiddlewareFunction[] } = {},
  ): HandlerRunner {
    return buildPipeline(handlers, {
      source,
      settler: new Settler(source, hooks),
      tracer: none(),
      health: new ThroughlineHealth(),
      hooks,
      fastPaths: ALL_FAST_PATHS,
      middleware: use.map((one) => middleware('use', one)),
      deadLetterStoreOf: () => undefined,
      idempotencyOf: ({ options: { idempotent } }) =>
        idempotent && {
          store: new ScriptedStore(),
          entryOf: () => 'mark',
          ttl: () => Promise.resolve(1_000),
          lease: 30_000,
          onUnavailable: 'retry',
        },
      retentionOf: () => Promise.resolve(undefined),
      ...context,
    });
  }

  const pass: MiddlewareFunction = (_, next) => next();
  const idempotent = { key: () => 'key' };

  describe('has its steps in this order', () => {
    it('for single messages', () => {
      const runner = pipeline([handler('One', { idempotent })], { use: [pass, pass] });

      expect(runner.stepsOf('One').join(' → ')).toBe(
        'trace → dead-letter → classify → crash-loop → deadline → decode → validate → idempotency → use → use → time-limit → handler',
      );
    });

    it('for handlers that share a channel', () => {
      const when = (): boolean => true;
      const runner = pipeline([handler('One', { when }), handler('Two', { when, idempotent })], {
        use: [pass],
      });

      expect(runner.stepsOf('Two').join(' → ')).toBe(
        'trace → dead-letter → classify → crash-loop → deadline → decode → validate → route → dead-letter → classify → idempotency → use → time-limit → handler',
      );
    });

    it('for batches', () => {
      const batch = { size: 10, within: '1ms' } as const;
      const runner = pipeline([handler('One', { batch, idempotent })], { use: [pass] });

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
    const runner = pipeline([handler('One', { ...options, timeout: '1s' }, handle, never)]);

    runner.take([anInbound({ id: 'm' })]);
    await jest.advanceTimersByTimeAsync(1_100);

    expect(settled).toEqual(['m retry']);
    expect(runner.lanes.running).toBe(0);
    expect(handle).not.toHaveBeenCalled();
  });

  it('abandons a message whose middleware never answers', async () => {
    jest.useFakeTimers();
    const runner = pipeline([handler('One', { timeout: '1s' })], {
      use: [() => new Promise(() => undefined)],
    });

    runner.take([anInbound({ id: 'm' })]);
    await jest.advanceTimersByTimeAsync(1_100);

    expect(settled).toEqual(['m retry']);
  });

  it('aborts the signals of what is in progress when there is no more time, also of batches', async () => {
    const signals: AbortSignal[] = [];
    const waiting = (): Promise<void> => new Promise(() => undefined);
    const single = pipeline([
      handler('One', {}, (_, delivery) => (signals.push((delivery as Delivery).signal), waiting())),
    ]);
    const batch = { size: 1, within: '1ms' } as const;
    const batches = pipeline([
      handler('One', { batch }, (many) => {
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

  describe('with a middleware', () => {
    const causeOf = async (use: MiddlewareFunction): Promise<unknown> => {
      const runner = pipeline([handler('One')], { use: [use] });
      runner.take([anInbound({ id: 'm' })]);
      await turn();
      return runner.countsOf('One')?.lastError?.error;
    };

    it('that returns ACK without its handler is done', async () => {
      expect(await causeOf(() => ACK)).toBeUndefined();
      expect(settled).toEqual(['m ack']);
    });

    it.each([
      ['nothing', () => undefined],
      [
        'nothing, after the handler',
        (_: unknown, next: () => unknown) => Promise.resolve(next()).then(() => undefined),
      ],
      ['a kind of its own', () => ({ kind: 'done' })],
      ['a retry without a delay', () => ({ kind: 'retry', counts: true })],
      ['a dead letter without a reason', () => ({ kind: 'deadLetter', cause: undefined })],
    ])('that returns %s loses no message', async (_, use) => {
      expect(await causeOf(use as unknown as MiddlewareFunction)).toMatchObject({
        code: 'TL_MIDDLEWARE_NO_OUTCOME',
      });
      expect(settled).toEqual(['m retry']);
    });

    it('that says a dead letter is stored is not believed', async () => {
      const stored = { kind: 'deadLetter', reason: 'rejected', cause: 'no', isStored: true };
      await causeOf((() => stored) as unknown as MiddlewareFunction);

      expect(settled).toEqual(['m retry']);
    });

    it('that calls next twice has failed', async () => {
      const twice: MiddlewareFunction = async (_, next) => {
        await next();
        return next();
      };

      expect(await causeOf(twice)).toMatchObject({ code: 'TL_MIDDLEWARE_NEXT_TWICE' });
    });

    it('that throws has failed as its handler would', async () => {
      const error = new Error('no tenant');
      const throwing: MiddlewareFunction = () => {
        throw error;
      };

      expect(await causeOf(throwing)).toBe(error);
      expect(settled).toEqual(['m retry']);
    });
  });

  describe('with processing hooks of Nest', () => {
    const calls: string[] = [];
    beforeEach(() => {
      calls.length = 0;
      hooks.onStart((_, delivery, done) => {
        calls.push(`start ${delivery.attempt}`);
        return done();
      });
      hooks.onEnd((_, delivery) => {
        calls.push(`end ${delivery.attempt}`);
      });
    });

    it('starts before the handler, and ends once its outcome is settled', async () => {
      const gate = Promise.withResolvers<undefined>();
      settling = gate.promise;
      const runner = pipeline([handler('One', {}, () => void calls.push('handler'))]);

      runner.take([anInbound()]);
      await turn();
      expect(calls).toEqual(['start 1', 'handler']);
      gate.resolve(undefined);
      await turn();

      expect(calls).toEqual(['start 1', 'handler', 'end 1']);
    });

    it('ends a run that failed and waits in its lane, and starts the next', async () => {
      jest.useFakeTimers();
      let runs = 0;
      const failsOnce = (): void => {
        runs += 1;
        if (runs === 1) throw new Error('no stock');
      };
      const lane = { ...source, features: { ...source.features, retry: 'lane' as const } };
      const runner = pipeline([handler('One', {}, failsOnce)], { source: lane });

      runner.take([anInbound({ lane: 'a' })]);
      await jest.advanceTimersByTimeAsync(2_000);

      expect(calls).toEqual(['start 1', 'end 1', 'start 2', 'end 2']);
    });

    it('starts and ends once for a batch', async () => {
      const batch = { size: 3, within: '1ms' } as const;
      const runner = pipeline([handler('One', { batch })]);

      runner.take(['a', 'b', 'c'].map((id) => anInbound({ id })));
      await turn();
      await turn();

      expect(calls).toEqual(['start 1', 'end 1']);
    });

    it('loses no message where a hook throws', async () => {
      hooks.onStart(() => {
        throw new Error('a broken hook');
      });
      hooks.onEnd(() => Promise.reject(new Error('another')));
      const runner = pipeline([handler('One')]);

      runner.take([anInbound({ id: 'm' })]);
      await turn();

      expect(settled).toEqual(['m retry']);
    });
  });

  it.each([
    ['with', ALL_FAST_PATHS],
    ['without', NO_FAST_PATHS],
  ])('knows the current run behind an await, %s fast paths', async (_, fastPaths) => {
    const seen: boolean[] = [];
    const runner = pipeline(
      [
        handler('One', {}, async (_payload, delivery) => {
          await turn();
          seen.push(currentRun.get() === delivery);
        }),
      ],
      { fastPaths },
    );

    runner.take([anInbound({ id: 'a' }), anInbound({ id: 'b' })]);
    await turn();
    await turn();

    expect(seen).toEqual([true, true]);
    expect(settled).toEqual(['a ack', 'b ack']);
  });
});
