import { none, type Tracer } from 'throughline/tracing';
import { batchSpan } from './spans/batch-span.js';
import { currentIds } from './current-ids.js';
import { flush } from './loss/flush.js';
import type { OpenTelemetryOptions } from './settings/options.js';
import { processSpan } from './spans/process-span.js';
import { sendSpan } from './spans/send-span.js';
import { settingOf } from './sdk/access.js';

/**
 * Traces messages with whatever OpenTelemetry SDK is registered, by the API alone: a span for each run of a handler
 * (`process q`), below it one for each send (`send t`) and one for what became of it (`retry q`), in the words of the semantic
 * conventions for messaging, 1.44. Metrics of the conventions as well.
 *
 * The SDK is configured and started by its own means, as the first thing of the program. Without one that is told once, and
 * nothing is traced; one that fails does not affect messages. `flush` says how many spans the SDK has dropped.
 *
 * @throws {OpenTelemetryTracerError} `TL_OPENTELEMETRY_API_MISSING`: the package `@opentelemetry/api` is not installed.
 * @example
 * // node --import ./telemetry.js main.js, with new NodeSDK().start() in telemetry.js
 * ThroughlineModule.forRoot({ name: 'order-service', tracer: opentelemetry(), transports: [sqs()] })
 */
export function opentelemetry(options: OpenTelemetryOptions = {}): Tracer {
  const setting = settingOf(options);
  const { api, guard } = setting;
  const nothing = none();
  return {
    name: 'opentelemetry',
    process: (message, run) =>
      guard.attempt(() => processSpan(setting, message, run)) ?? nothing.process(message, run),
    processBatch: (messages, run) =>
      guard.attempt(() => batchSpan(setting, messages, run)) ?? nothing.processBatch(messages, run),
    send: (to) => sendSpan(setting, to),
    suppress: (clientCall) =>
      guard.around((inside) => api.context.with(setting.suppress(), inside), clientCall),
    current: () => currentIds(setting),
    flush: (deadline) => flush(setting, deadline, options),
  };
}
