import { none, type Tracer, Guard } from 'throughline/tracing';
import { batchTransaction } from './spans/batch-transaction.js';
import { currentIds } from './current-ids.js';
import { exitSpan } from './spans/exit-span.js';
import { flush } from './loss/flush.js';
import { loadAgent } from './agent/load.js';
import { warnThroughNest, type ElasticOptions } from './settings/options.js';
import { processTransaction } from './spans/process-transaction.js';
import { settingOf } from './agent/access.js';

/**
 * Traces messages with Elastic's agent, `elastic-apm-node` 4: a transaction for each run of a handler (`SQS RECEIVE from q`),
 * below it an exit span for each send (`Kafka SEND to t`).
 *
 * The agent is configured and started by its own means, as the first line of the program. One that is not started is told of
 * once, and nothing is traced; one that fails does not affect messages. It drops what does not fit its queue, and loses what its
 * server does not take: each is told once, and `flush` says how much since the agent's start. See {@link elasticDefaults}.
 *
 * Its settings hold: `captureBody`, `captureHeaders`, `sanitizeFieldNames`, `traceContinuationStrategy`, and `ignoreMessageQueues`:
 * a message from a queue or topic that it names has no transaction, and a publish to one no span, while its trace goes on.
 *
 * @throws {ElasticTracerError} `TL_ELASTIC_AGENT_MISSING`: the package `elastic-apm-node` is not installed.
 * @example
 * // main.ts
 * import 'elastic-apm-node/start.js';
 * // app.module.ts
 * ThroughlineModule.forRoot({ name: 'order-service', tracer: elastic(), transports: [sqs()] })
 */
export function elastic(options: ElasticOptions = {}): Tracer {
  const agent = options.agent ?? loadAgent();
  const guard = new Guard('The Elastic agent', options.warn ?? warnThroughNest);
  const recording = settingOf(agent, guard, options);
  const nothing = none();
  return {
    name: 'elastic',
    process(message, run) {
      const setting = recording();
      return (
        (setting && processTransaction(setting, message, run)) ?? nothing.process(message, run)
      );
    },
    processBatch(messages, run) {
      const setting = recording();
      return (
        (setting && batchTransaction(setting, messages, run)) ?? nothing.processBatch(messages, run)
      );
    },
    send(to) {
      const setting = recording();
      return setting === undefined ? nothing.send(to) : exitSpan(setting, to);
    },
    suppress(clientCall) {
      const setting = recording();
      if (setting === undefined) return clientCall();
      return guard.around(setting.isolation.outside, clientCall);
    },
    current() {
      const setting = recording();
      return setting && currentIds(setting);
    },
    flush(deadline) {
      const setting = recording();
      return setting === undefined ? nothing.flush(deadline) : flush(setting, deadline);
    },
  };
}
