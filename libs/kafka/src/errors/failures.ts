import { errorClassOf, isBlocked, reasonOf, ThroughlineError } from '#base';

/** An error for a Kafka that does not answer. */
export function unavailable(doing: string, cause: unknown): ThroughlineError {
  return new ThroughlineError(
    'TL_KAFKA_UNAVAILABLE',
    `Kafka did not respond while ${doing}: ${reasonOf(cause)}.`,
    { cause },
  );
}

/** An error for a group that reads nothing: Kafka is unavailable, or it denies what the group needs. */
export function notReading(group: string, outage: Error): ThroughlineError {
  if (!isBlocked(outage)) return unavailable(`inspecting the group "${group}"`, outage);
  const message = `The group "${group}" is blocked: ${reasonOf(outage)}`;
  return new ThroughlineError(outage.code, message, { cause: outage, errorClass: 'blocked' });
}

/** Converts what a driver threw. If it is not an answer of the broker, it counts as an outage, not as a failure of the message. */
export const asKafkaError = (doing: string, cause: unknown): ThroughlineError =>
  cause instanceof ThroughlineError ? cause : unavailable(doing, cause);

/** Whether Kafka refuses the record for its size or contents, so that it may accept another form of it. */
export const isRefusal = (error: unknown): boolean =>
  errorClassOf(error) === 'refused' ||
  (error instanceof ThroughlineError && error.code === 'TL_KAFKA_MESSAGE_TOO_LARGE');

/** The error for a record that Kafka accepts in no form. */
export function refusedForGood(refusal: unknown): unknown {
  if (!(refusal instanceof ThroughlineError) || errorClassOf(refusal) === 'refused') return refusal;
  const { code, message } = refusal;
  return new ThroughlineError(code, message, { cause: refusal, errorClass: 'refused' });
}
