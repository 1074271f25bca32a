import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { api } from '@opentelemetry/sdk-node';
import type { Tracer } from 'throughline/tracing';
import { loadApi } from './sdk/load-api.js';
import { opentelemetry } from './opentelemetry.js';
import {
  done,
  record,
  run,
  sqsMessage,
  toKafka,
  TRACEPARENT,
  unregister,
  type Recording,
} from './recording.fixture.js';

/** A whole message: handled, one send, ended. */
function deliver(tracer: Tracer): {
  readonly handled: string;
  readonly traceparent: string | undefined;
} {
  const work = tracer.process({ ...sqsMessage, traceparent: TRACEPARENT }, run);
  const { handled, traceparent } = work.run(() => {
    const sending = tracer.send(toKafka);
    const handled = tracer.suppress(() => 'handled');
    sending.end(new Error('no leader'));
    return { handled, traceparent: sending.traceparent };
  });
  work.end({ failed: true, error: new Error('out of stock'), labels: { outcome: 'retry' } });
  const batch = tracer.processBatch([sqsMessage], run);
  expect(batch.run(() => 42)).toBe(42);
  batch.end(done);
  tracer.current();
  return { handled, traceparent };
}

type Break = (name: string) => boolean;

const isBreakable = (value: unknown): value is object =>
  (typeof value === 'object' || typeof value === 'function') && value !== null;

/** Whatever one gets from it throws where it is called, if it is called so. */
function broken<T>(value: T, breaks: Break): T {
  if (!isBreakable(value)) return value;
  return new Proxy(value, {
    get: (target, name) => {
      const found: unknown = Reflect.get(target, name, target);
      if (typeof found !== 'function')
        return typeof name === 'symbol' ? found : broken(found, breaks);
      return (...given: unknown[]): unknown => {
        if (breaks(String(name))) throw new Error(`${String(name)} is broken`);
        const result: unknown = Reflect.apply(found, target, given);
        // The work itself, and what it gives, are not OpenTelemetry's.
        return name === 'with' ? result : broken(result, breaks);
      };
    },
  });
}

describe('OpenTelemetry that fails', () => {
  const warnings: string[] = [];
  const warn = (message: string): void => void warnings.push(message);
  let recording: Recording | undefined;
  beforeEach(() => {
    warnings.length = 0;
  });
  afterEach(async () => {
    delete process.env.OTEL_SDK_DISABLED;
    await recording?.stop();
    unregister();
    recording = undefined;
  });

  it('traces nothing without an SDK, writes nothing, and warns once what to do', async () => {
    const tracer = opentelemetry({ warn });

    expect([deliver(tracer), deliver(tracer)]).toEqual(
      Array(2).fill({ handled: 'handled', traceparent: undefined }),
    );
    expect(tracer.process({ ...sqsMessage, traceparent: TRACEPARENT }, run).ids).toBeUndefined();
    expect(tracer.current()).toBeUndefined();
    expect(await tracer.flush(AbortSignal.timeout(1_000))).toEqual({ lost: 0 });
    expect(warnings).toEqual([expect.stringContaining('No OpenTelemetry SDK is registered')]);
  });

  it('says nothing where it was switched off', () => {
    process.env.OTEL_SDK_DISABLED = 'true';

    expect(deliver(opentelemetry({ warn })).handled).toBe('handled');
    expect(warnings).toEqual([]);
  });

  it('uses an SDK that is registered after the tracer was made', () => {
    const tracer = opentelemetry({ warn });
    recording = record();

    expect(deliver(tracer).traceparent).toEqual(expect.any(String));
    expect(recording.spans.length).toBeGreaterThan(0);
    expect(warnings).toEqual([]);
  });

  it('warns once if nothing becomes current', () => {
    recording = record({ warn });
    api.context.disable();

    expect(deliver(recording.tracer)).toEqual({ handled: 'handled', traceparent: undefined });
    expect(deliver(recording.tracer).handled).toBe('handled');
    expect(warnings).toEqual([expect.stringContaining('no context manager')]);
  });

  it('affects no message if every call throws, and warns once', async () => {
    const api = new Proxy(loadApi(), {
      get: () => {
        throw new Error('broken API');
      },
    });
    const tracer = opentelemetry({ api, warn });

    expect([deliver(tracer).handled, deliver(tracer).handled]).toEqual(['handled', 'handled']);
    expect(await tracer.flush(AbortSignal.timeout(1_000))).toEqual({ lost: 0 });
    expect(warnings).toEqual([expect.stringContaining('broken API')]);
  });

  it.each([
    'getTracer',
    'startSpan',
    'spanContext',
    'wrapSpanContext',
    'getSpan',
    'with',
    'active',
    'setValue',
    'isRecording',
    'setAttribute',
    'setStatus',
    'recordException',
    'end',
    'getMeterProvider',
    'getMeter',
    'createHistogram',
    'createObservableCounter',
    'record',
    'isSpanContextValid',
    'forceFlush',
  ])('affects no message if %s throws, and warns once', async (name) => {
    recording = record();
    const tracer = opentelemetry({ api: broken(loadApi(), (called) => called === name), warn });

    expect([deliver(tracer).handled, deliver(tracer).handled]).toEqual(['handled', 'handled']);
    await tracer.flush(AbortSignal.timeout(1_000));
    expect(warnings).toEqual([expect.stringContaining(`${name} is broken`)]);
  });

  it('ends its spans where what it has to say of them fails', () => {
    recording = record();
    const isSaying: Break = (name) =>
      ['setAttribute', 'recordException', 'setStatus'].includes(name);

    deliver(opentelemetry({ api: broken(loadApi(), isSaying), warn }));

    expect(recording.spans.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['send order_events', 'process my-order-queue']),
    );
  });
});
