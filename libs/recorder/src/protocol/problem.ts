/**
 * An error in what an agent sent.
 *
 * @example
 * expect(recorder.problems).toEqual([]);
 */
export interface Problem {
  /** Number of the stream (one request each), from 1. */
  readonly stream: number;
  /** Line within the stream, from 1. `null` if the request itself is invalid. */
  readonly line: number | null;
  /** The service that sent it. `null` while its metadata is unknown. */
  readonly serviceName: string | null;
  /** The field, `transaction.context.message.age.ms`, or the part of the protocol, `content-encoding`. */
  readonly where: string;
  /** A description of the error. */
  readonly what: string;
  /**
   * `true`: the APM Server refuses it, so it is not recorded. `false`: the server accepts it although it is wrong (apm-data's
   * schemas accept the id `zz` and a negative age), so it is recorded.
   */
  readonly refused: boolean;
  /** The first 1,000 characters of the line. Empty if there is none. */
  readonly document: string;
}

/** The result of a check: location and description. The stream adds the rest. */
export type Finding = Pick<Problem, 'where' | 'what' | 'refused'>;

export const DOCUMENT_LIMIT = 1_000;

export const refusal = (where: string, what: string): Finding => ({ where, what, refused: true });
export const warning = (where: string, what: string): Finding => ({ where, what, refused: false });
