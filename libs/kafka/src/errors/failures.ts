import { errorClassOf, isBlocked, reasonOf, ThroughlineError } from '#base';

/** Kafka does not answer. */
export function unavailable(doing: string, cause: unknown): ThroughlineError {
  return new ThroughlineError(
    'TL_KAFKA_UNAVAILABLE',
    `Kafka does not answer while ${doing}: ${reasonOf(cause)}.`,
    { cause },
  );
}

/** A group reads nothing: Kafka is unavailable, or it denies what the group needs. */
export function notReading(group: string, outage: Error): ThroughlineError {
  if (!isBlocked(outage)) return unavailable(`looking at the group "${group}"`, outage);
  const message = `The group "${group}" is blocked: ${reasonOf(outage)}`;
  return new ThroughlineError(outage.code, message, { cause: outage, errorClass: 'blocked' });
}

/** What the driver threw, as an error of ours. What is no answer of the broker is an outage, and no failure of the message's. */
export const asKafkaError = (doing: string, cause: unknown): ThroughlineError =>
  cause instanceof ThroughlineError ? cause : unavailable(doing, cause);

/** The topic does not exist, and nobody asked to have it made. */
export function topicMissing(channel: string, name: string): ThroughlineError {
  return new ThroughlineError(
    'TL_KAFKA_TOPIC_MISSING',
    `The topic "${name}"${name === channel ? '' : ` (for "${channel}")`} does not exist: make it, or map its name with ` +
      `kafka({ topics: { '${channel}': … } }), or let it be made with createMissing.`,
  );
}

/** Whether Kafka refuses the record for its size or its contents: another form of it may be taken. */
export const isRefusal = (error: unknown): boolean =>
  errorClassOf(error) === 'refused' ||
  (error instanceof ThroughlineError && error.code === 'TL_KAFKA_MESSAGE_TOO_LARGE');

/** What Kafka says of a record that it takes in no form. */
export function refusedForGood(refusal: unknown): unknown {
  if (!(refusal instanceof ThroughlineError) || errorClassOf(refusal) === 'refused') return refusal;
  const { code, message } = refusal;
  return new ThroughlineError(code, message, { cause: refusal, errorClass: 'refused' });
}
