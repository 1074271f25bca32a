import type { Incoming, Labels, Run } from 'throughline/tracing';

/** What a transaction can be searched by in Kibana. */
export const labelsOf = (message: Incoming, run: Run): Labels => ({
  ...message.facts,
  handler: run.handler,
  attempt: run.attempt,
  message_id: message.id,
});
