import { Guard } from 'throughline/tracing';
import type { Context, Span, SpanContext, Tracer } from '@opentelemetry/api';
import { instrumentsOf, type Instruments } from '../metrics/instruments.js';
import { loadApi, type Api } from './load-api.js';
import { Losses } from '../loss/losses.js';
import { onlySpans } from './only-span.js';
import { warnThroughNest, type OpenTelemetryOptions } from '../settings/options.js';
import { spanBuffersOf, suppressedContext } from './internals.js';

/** A tracer's access to OpenTelemetry. All members except the guard and the losses call OpenTelemetry's code, and may throw. */
export interface SdkAccess {
  readonly api: Api;
  readonly guard: Guard;
  readonly losses: Losses;
  readonly tracer: () => Tracer;
  readonly instruments: () => Instruments | undefined;
  /** Returns a context that contains only a current span. */
  readonly contextWith: (span: Span) => Context;
  /** Returns a context without a current span, in which other instrumentations write no spans. */
  readonly suppress: () => Context;
  readonly settle: 'failures' | 'all' | 'none';
  readonly isNonRecording: boolean;
  /** Logs a warning if an entered context has not become the current one. Only the first context is checked. */
  readonly checkContextManager: (entered: Context) => void;
}

const SCOPE = 'throughline';

function lazy<T extends object>(create: () => T): () => T {
  let created: T | undefined;
  return () => (created ??= create());
}

export function accessTo(options: OpenTelemetryOptions): SdkAccess {
  const api = options.api ?? loadApi();
  const guard = new Guard('OpenTelemetry', options.warn ?? warnThroughNest);
  const given = options.tracerProvider;
  const find = (): ReturnType<typeof spanBuffersOf> =>
    spanBuffersOf(given ?? api.trace.getTracerProvider());
  return {
    api,
    guard,
    losses: new Losses(guard, find),
    tracer: lazy(() => (given ?? api.trace).getTracer(SCOPE)),
    instruments: instrumentsOf(api, options.meterProvider),
    contextWith: onlySpans(api),
    suppress: lazy(() => suppressedContext(api)),
    settle: options.settle ?? 'failures',
    isNonRecording: options.unsampled === 'non-recording',
    checkContextManager: contextCheck(api, guard),
  };
}

const NO_SDK =
  'No OpenTelemetry SDK is registered, so nothing is traced. Start one before anything else ' +
  '(new NodeSDK().start(), or node --import @elastic/opentelemetry-node), or choose another tracer.';

const NO_CONTEXT_MANAGER =
  "OpenTelemetry has no context manager, so messages that handlers send are not part of the handlers' traces. " +
  'NodeSDK registers a context manager. Without NodeSDK, call context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()).';

/** Whether the SDK is switched off by its own settings. */
const isSwitchedOff = ({ OTEL_SDK_DISABLED, OTEL_TRACES_EXPORTER }: NodeJS.ProcessEnv): boolean =>
  OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true' || OTEL_TRACES_EXPORTER?.trim() === 'none';

/**
 * Whether an SDK has created the span. Without an SDK, the API returns either a span without ids, or the parent span. A missing
 * SDK is reported once.
 */
export function isTraced(
  { api, guard }: SdkAccess,
  opened: SpanContext,
  parent: SpanContext | undefined,
): boolean {
  if (!api.isSpanContextValid(opened) || opened.spanId === parent?.spanId) {
    if (!isSwitchedOff(process.env)) guard.warnOnce('no SDK', () => NO_SDK);
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
      guard.warnOnce('no context manager', () => NO_CONTEXT_MANAGER);
  };
}
