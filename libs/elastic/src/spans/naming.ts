import type { Endpoint, Incoming, Labels, Run } from 'throughline/tracing';

/**
 * Returns the name of a messaging system in span names (elastic/apm MSG:129): the name that the system's transport defines, or the
 * capitalised system name.
 */
export const labelOf = ({ system, systemFacts }: Endpoint): string =>
  systemFacts?.label ?? system.charAt(0).toUpperCase() + system.slice(1);

/** Returns the labels of a transaction, which you can use to find the transaction in Kibana. */
export const labelsOf = (message: Incoming, run: Run): Labels => ({
  ...message.facts,
  handler: run.handler,
  attempt: run.attempt,
  message_id: message.id,
});
