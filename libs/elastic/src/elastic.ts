import { assertOptions } from '#base';
import { Guard, none, type TraceIds, type Tracer } from 'throughline/tracing';
import { accessTo, type AgentAccess } from './agent/access.js';
import { loadAgent } from './agent/load.js';
import { flush } from './loss/flush.js';
import { ELASTIC_RULES, warnThroughNest, type ElasticOptions } from './settings/options.js';
import { batchTransaction } from './spans/transactions/batch-transaction.js';
import { exitSpan } from './spans/exit-span.js';
import { processTransaction } from './spans/transactions/process-transaction.js';

/**
 * Traces messages with Elastic's agent, `elastic-apm-node` 4. Each run of a handler has a transaction (`SQS RECEIVE from q`), and
 * each send is an exit span below it (`Kafka SEND to t`).
 *
 * Configure the agent with its own settings, and start it in the first line of the program. If it is not started, Throughline
 * logs one warning, and nothing is traced. If the agent fails, messages are not affected. The agent drops events that do not fit
 * into its queue, and loses events that the APM Server does not accept. Each kind of loss is reported once. `flush` returns the
 * number of lost events since the agent's start. See {@link elasticDefaults} for settings that avoid losses.
 *
 * The agent's own settings apply: `captureBody`, `captureHeaders`, `sanitizeFieldNames`, `traceContinuationStrategy`, and
 * `ignoreMessageQueues`. For a queue or topic that `ignoreMessageQueues` matches, a received message has no transaction. A
 * message that is sent there has no span, but its trace continues.
 *
 * @throws {ThroughlineError} `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN`
 * @throws {ThroughlineError} `TL_ELASTIC_AGENT_MISSING`: the package `elastic-apm-node` is not installed.
 * @throws {ThroughlineError} `TL_ELASTIC_AGENT_UNKNOWN`: the package of that name is not Elastic's agent.
 * @example
 * // main.ts
 * import 'elastic-apm-node/start.js';
 * // app.module.ts
 * ThroughlineModule.forRoot({ name: 'order-service', tracer: elastic(), transports: [sqs()] })
 */
export function elastic(options: ElasticOptions = {}): Tracer {
  assertOptions('elastic()', options, ELASTIC_RULES);
  const agent = options.agent ?? loadAgent();
  const guard = new Guard('The Elastic agent', options.warn ?? warnThroughNest);
  const recording = accessTo(agent, guard, options);
  const nothing = none();
  return {
    name: 'elastic',
    process(message, run) {
      const access = recording();
      return (access && processTransaction(access, message, run)) ?? nothing.process(message, run);
    },
    processBatch(messages, run) {
      const access = recording();
      return (
        (access && batchTransaction(access, messages, run)) ?? nothing.processBatch(messages, run)
      );
    },
    send(to) {
      const access = recording();
      return access === undefined ? nothing.send(to) : exitSpan(access, to);
    },
    suppress(clientCall) {
      const access = recording();
      if (access === undefined) return clientCall();
      return guard.around(access.isolation.outside, clientCall);
    },
    current() {
      const access = recording();
      return access && currentIds(access);
    },
    flush(deadline) {
      const access = recording();
      return access === undefined ? nothing.flush(deadline) : flush(access, deadline);
    },
  };
}

/** Returns the ids of the current span, or of the current transaction if there is no span. */
function currentIds({ agent, guard }: AgentAccess): TraceIds | undefined {
  return guard.attempt(() => {
    const ids = agent.currentTraceIds;
    const traceId = ids['trace.id'];
    const spanId = ids['span.id'] ?? ids['transaction.id'];
    if (traceId === undefined || spanId === undefined) return undefined;
    return { traceId, spanId };
  });
}
