import type { Endpoint, Incoming, Labels, Run } from 'throughline/tracing';

/** The name of a messaging system in span names (elastic/apm MSG:129): as its transport gives it, or capitalised. */
export const labelOf = ({ system, systemFacts }: Endpoint): string =>
  systemFacts?.label ?? system.charAt(0).toUpperCase() + system.slice(1);

/** The labels of a transaction, by which it can be found in Kibana. */
export const labelsOf = (message: Incoming, run: Run): Labels => ({
  ...message.facts,
  handler: run.handler,
  attempt: run.attempt,
  message_id: message.id,
});
