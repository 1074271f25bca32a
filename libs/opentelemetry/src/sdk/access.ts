import { Guard } from 'throughline/tracing';
import type { Context, Span, SpanContext, Tracer } from '@opentelemetry/api';
import { instrumentsOf, type Instruments } from '../metrics/instruments.js';
import { loadApi, type Api } from './load-api.js';
import { Losses } from '../loss/losses.js';
import { onlySpans } from './only-span.js';
import { warnThroughNest, type OpenTelemetryOptions } from '../settings/options.js';
import { spanQueuesOf } from './internals.js';

/** What the spans of one tracer share. Everything but the guard and the losses may throw: it is OpenTelemetry's. */
export interface Setting {
  readonly api: Api;
  readonly guard: Guard;
  readonly losses: Losses;
  readonly tracer: () => Tracer;
  readonly instruments: () => Instruments | undefined;
  /** Where a span is current, and nothing else. */
  readonly entering: (span: Span) => Context;
  /** Where nothing is current, and other instrumentations write no spans. */
  readonly suppress: () => Context;
  readonly settle: 'failures' | 'all' | 'none';
  readonly isLean: boolean;
  /** Tells where what is entered does not become current; looks once. */
  readonly checkContextManager: (entered: Context) => void;
}

const SCOPE = 'throughline';

/** `@opentelemetry/core` asks for it by this name, in every version since 0.24; the API makes equal keys of equal names. */
const SUPPRESS_TRACING = 'OpenTelemetry SDK Context Key SUPPRESS_TRACING';

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

export function settingOf(options: OpenTelemetryOptions): Setting {
  const api = options.api ?? loadApi();
  const guard = new Guard('OpenTelemetry', options.warn ?? warnThroughNest);
  const given = options.tracerProvider;
  const find = (): ReturnType<typeof spanQueuesOf> =>
    spanQueuesOf(given ?? api.trace.getTracerProvider());
  return {
    api,
    guard,
    losses: new Losses(guard, find),
    tracer: once(() => (given ?? api.trace).getTracer(SCOPE)),
    instruments: instrumentsOf(api, options.meterProvider),
    entering: onlySpans(api),
    suppress: once(() => api.ROOT_CONTEXT.setValue(api.createContextKey(SUPPRESS_TRACING), true)),
    settle: options.settle ?? 'failures',
    isLean: options.unsampled === 'lean',
    checkContextManager: contextCheck(api, guard),
  };
}

const NO_SDK =
  'No OpenTelemetry SDK is registered, so nothing is traced. Start one first of all ' +
  '(new NodeSDK().start(), or node --import @elastic/opentelemetry-node), or choose another tracer.';

const NO_CONTEXT_MANAGER =
  'OpenTelemetry has no context manager, so what handlers send is not part of their trace. ' +
  'NodeSDK brings one; otherwise context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()).';

/** Switched off on purpose, by the SDK's own settings. */
const isSwitchedOff = ({ OTEL_SDK_DISABLED, OTEL_TRACES_EXPORTER }: NodeJS.ProcessEnv): boolean =>
  OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true' || OTEL_TRACES_EXPORTER?.trim() === 'none';

/**
 * Whether a span is one of an SDK's: the API alone gives a span without ids, or that of its parent again. What is amiss is
 * told once.
 */
export function isTraced(
  { api, guard }: Setting,
  opened: SpanContext,
  parent: SpanContext | undefined,
): boolean {
  if (!api.isSpanContextValid(opened) || opened.spanId === parent?.spanId) {
    if (!isSwitchedOff(process.env)) guard.once('no SDK', () => NO_SDK);
    return false;
  }
  return true;
}

function contextCheck(api: Api, guard: Guard): (entered: Context) => void {
  let isChecked = false;
  return (entered) => {
    if (isChecked) return;
    isChecked = true;
    const seen = api.context.with(entered, () => api.trace.getSpanContext(api.context.active()));
    if (seen?.spanId !== api.trace.getSpanContext(entered)?.spanId)
      guard.once('no context manager', () => NO_CONTEXT_MANAGER);
  };
}
