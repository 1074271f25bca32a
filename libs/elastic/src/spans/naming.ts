import type { Endpoint, Incoming, Labels, Run } from 'throughline/tracing';

/**
 * Returns the name of a messaging system in span names (elastic/apm MSG:129). This is the label that the transport defines, or
 * else the system's name with its first letter capitalised.
 */
export const labelOf = ({ system, systemFacts }: Endpoint): string =>
  systemFacts?.label ?? system.charAt(0).toUpperCase() + system.slice(1);

/** Returns the labels of a transaction. You can search for them in Kibana. */
export const labelsOf = (message: Incoming, run: Run): Labels => ({
  ...message.facts,
  handler: run.handler,
  attempt: run.attempt,
  message_id: message.id,
});
