/**
 * An error in what an agent sent.
 *
 * @example
 * expect(recorder.problems).toEqual([]);
 */
export interface Problem {
  /** The number of the stream, from 1. Each request is one stream. */
  readonly stream: number;
  /** The line within the stream, from 1. `null` if the request itself is invalid. */
  readonly line: number | null;
  /** The name of the service that sent the event. `null` while the service's metadata is unknown. */
  readonly serviceName: string | null;
  /**
   * The invalid field, such as `transaction.context.message.age.ms`, or the invalid part of the request, such as
   * `content-encoding`.
   */
  readonly where: string;
  /** A description of the error. */
  readonly what: string;
  /**
   * Whether the APM Server refuses the event. `true`: the event is not recorded. `false`: the server accepts the event although
   * it is invalid, so the event is recorded. For example, apm-data's schemas accept the id `zz` and a negative age.
   */
  readonly refused: boolean;
  /** The first 1,000 characters of the invalid line. Empty if there is no such line. */
  readonly document: string;
}

/** The result of a check. The stream adds the other fields of a {@link Problem}. */
export type Finding = Pick<Problem, 'where' | 'what' | 'refused'>;

export const DOCUMENT_LIMIT = 1_000;

export const refusal = (where: string, what: string): Finding => ({ where, what, refused: true });
export const warning = (where: string, what: string): Finding => ({ where, what, refused: false });
