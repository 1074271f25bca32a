import { assertOptions } from '#base';
import { none, type TraceIds, type Tracer } from 'throughline/tracing';
import { batchSpan } from './spans/batch-span.js';
import { flush } from './loss/flush.js';
import { OPENTELEMETRY_RULES, type OpenTelemetryOptions } from './settings/options.js';
import { processSpan } from './spans/process-span.js';
import { sendSpan } from './spans/send-span.js';
import { accessTo, type SdkAccess } from './sdk/access.js';
import { idsOf } from './context/span-contexts.js';

/**
 * Traces messages with the registered OpenTelemetry SDK. It uses only the API. Each run of a handler has a span (`process q`),
 * with a child span for each send (`send t`) and one for the outcome (`retry q`). The spans follow the semantic conventions for
 * messaging, 1.44. The tracer also records the metrics that the conventions define.
 *
 * Configure the SDK with its own settings, and start it before anything else in the program. Without an SDK, Throughline logs one
 * warning, and nothing is traced. If the SDK fails, messages are not affected. `flush` returns how many spans were lost.
 *
 * @throws {ThroughlineError} `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN`
 * @throws {ThroughlineError} `TL_OPENTELEMETRY_API_MISSING`: the package `@opentelemetry/api` is not installed.
 * @throws {ThroughlineError} `TL_OPENTELEMETRY_API_UNKNOWN`: the package of that name is not OpenTelemetry's API.
 * @example
 * // node --import ./telemetry.js main.js, with new NodeSDK().start() in telemetry.js
 * ThroughlineModule.forRoot({ name: 'order-service', tracer: opentelemetry(), transports: [sqs()] })
 */
export function opentelemetry(options: OpenTelemetryOptions = {}): Tracer {
  assertOptions('opentelemetry()', options, OPENTELEMETRY_RULES);
  const access = accessTo(options);
  const { api, guard } = access;
  const nothing = none();
  return {
    name: 'opentelemetry',
    process: (message, run) =>
      guard.attempt(() => processSpan(access, message, run)) ?? nothing.process(message, run),
    processBatch: (messages, run) =>
      guard.attempt(() => batchSpan(access, messages, run)) ?? nothing.processBatch(messages, run),
    send: (to) => sendSpan(access, to),
    suppress: (clientCall) =>
      guard.around((inside) => api.context.with(access.suppress(), inside), clientCall),
    current: () => currentIds(access),
    flush: (deadline) => flush(access, deadline, options),
  };
}

/** Returns the ids of the current span. */
function currentIds({ api, guard }: SdkAccess): TraceIds | undefined {
  return guard.attempt(() => {
    const context = api.trace.getSpanContext(api.context.active());
    return context !== undefined && api.isSpanContextValid(context) ? idsOf(context) : undefined;
  });
}
