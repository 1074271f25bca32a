import { reasonOf, ThroughlineError } from 'throughline';

/** Kafka is away. */
export function unavailable(doing: string, cause: unknown): ThroughlineError {
  return new ThroughlineError(
    'TL_KAFKA_UNAVAILABLE',
    `Kafka does not answer while ${doing}: ${reasonOf(cause)}.`,
    { cause },
  );
}

/** What the driver threw, as an error of ours. */
export function told(doing: string, cause: unknown): ThroughlineError {
  if (cause instanceof ThroughlineError) return cause;
  return new ThroughlineError('TL_KAFKA_REFUSED', `Kafka refuses ${doing}: ${reasonOf(cause)}.`, {
    cause,
  });
}

/** The topic does not exist, and nobody asked to have it made. */
export function topicMissing(channel: string, name: string): ThroughlineError {
  return new ThroughlineError(
    'TL_KAFKA_TOPIC_MISSING',
    `The topic "${name}"${name === channel ? '' : ` (for "${channel}")`} does not exist: make it, or map its name with ` +
      `kafka({ topics: { '${channel}': … } }), or let it be made with createMissing.`,
  );
}
