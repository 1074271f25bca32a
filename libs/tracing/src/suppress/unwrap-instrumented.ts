import { unwrapElastic } from './elastic-apm-node.js';
import { unwrapOpenTelemetry } from './opentelemetry.js';

/**
 * Removes the wrappers that tracing agents (Elastic's agent, and OpenTelemetry with EDOT) have put around a method of a client.
 * Use it if the client's instrumentation cannot be switched off. Otherwise, the agent would record again, in a separate trace,
 * what Throughline already records. This function loads no agent. A method that is not wrapped stays as it is.
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
