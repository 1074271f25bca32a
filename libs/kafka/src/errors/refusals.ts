import { errorClassOf, ThroughlineError } from '#base';

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
