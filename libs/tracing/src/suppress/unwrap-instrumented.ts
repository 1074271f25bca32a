import { unwrapElastic } from './elastic-apm-node.js';
import { unwrapOpenTelemetry } from './opentelemetry.js';

/**
 * Removes the wrappers that tracing agents (Elastic's agent, and OpenTelemetry with EDOT) have put around a client's method. Use it
 * for a client whose instrumentation has no switch, and would record again what Throughline records, in its own trace. It loads no
 * agent, and does nothing to a method that is not wrapped.
 *
 * @example
 * unwrapInstrumented(consumer, 'run'); // kafkajs: else a second transaction for every fetched batch
 */
export function unwrapInstrumented<M extends string>(
  target: Readonly<Record<M, unknown>>,
  method: M,
): void {
  unwrapElastic(target, method);
  unwrapOpenTelemetry(target, method);
}
