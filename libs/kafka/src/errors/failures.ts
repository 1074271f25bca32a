import { errorClassOf, isBlocked, sentenceOf, ThroughlineError } from '#base';

/** Creates the error for a Kafka cluster that does not respond. */
export function unavailable(doing: string, cause: unknown): ThroughlineError {
  return new ThroughlineError(
    'TL_KAFKA_UNAVAILABLE',
    `Kafka did not respond while ${doing}: ${sentenceOf(cause)}`,
    { cause },
  );
}

/** Creates the error for a group that cannot read, because Kafka is unavailable or denies what the group needs. */
export function notReading(group: string, outage: Error): ThroughlineError {
  if (!isBlocked(outage)) return unavailable(`inspecting the group "${group}"`, outage);
  const message = `The group "${group}" is blocked: ${sentenceOf(outage)}`;
  return new ThroughlineError(outage.code, message, { cause: outage, errorClass: 'blocked' });
}

/**
 * Converts a value that a driver threw. Unless it contains a response from the broker, it counts as an outage, not as a failure of
 * the message.
 */
export const asKafkaError = (doing: string, cause: unknown): ThroughlineError =>
  cause instanceof ThroughlineError ? cause : unavailable(doing, cause);

/** Whether Kafka refuses the record because of its size or contents, so that it may accept the record in another form. */
export const isRefusal = (error: unknown): boolean =>
  errorClassOf(error) === 'refused' ||
  (error instanceof ThroughlineError && error.code === 'TL_KAFKA_MESSAGE_TOO_LARGE');

/** Creates the error for a record that Kafka does not accept in any form. */
export function refusedForGood(refusal: unknown): unknown {
  if (!(refusal instanceof ThroughlineError) || errorClassOf(refusal) === 'refused') return refusal;
  const { code, message } = refusal;
  return new ThroughlineError(code, message, { cause: refusal, errorClass: 'refused' });
}
