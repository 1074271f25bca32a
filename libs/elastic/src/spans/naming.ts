import type { Endpoint, Incoming, Labels, Run } from 'throughline/tracing';

/**
 * The name of a messaging system in span names (elastic/apm MSG:129): the name that its transport defines, or the capitalised
 * system name.
 */
export const labelOf = ({ system, systemFacts }: Endpoint): string =>
  systemFacts?.label ?? system.charAt(0).toUpperCase() + system.slice(1);

/** The labels of a transaction, which you can use to find it in Kibana. */
export const labelsOf = (message: Incoming, run: Run): Labels => ({
  ...message.facts,
  handler: run.handler,
  attempt: run.attempt,
  message_id: message.id,
});
