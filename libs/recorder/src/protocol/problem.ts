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
  /** The service that sent the event. `null` while the service's metadata is unknown. */
  readonly serviceName: string | null;
  /**
   * The field that is wrong, such as `transaction.context.message.age.ms`, or the part of the protocol, such as `content-encoding`.
   */
  readonly where: string;
  /** A description of the error. */
  readonly what: string;
  /**
   * Whether the APM Server refuses the event. `true`: the event is not recorded. `false`: the server accepts the event although it
   * is invalid (apm-data's schemas accept the id `zz` and a negative age), so the event is recorded.
   */
  readonly refused: boolean;
  /** The first 1,000 characters of the invalid line. Empty if there is no such line. */
  readonly document: string;
}

/** The result of a check: location and description. The stream adds the rest. */
export type Finding = Pick<Problem, 'where' | 'what' | 'refused'>;

export const DOCUMENT_LIMIT = 1_000;

export const refusal = (where: string, what: string): Finding => ({ where, what, refused: true });
export const warning = (where: string, what: string): Finding => ({ where, what, refused: false });
