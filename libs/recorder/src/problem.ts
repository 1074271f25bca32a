/**
 * Something that an agent sent and that is wrong.
 *
 * @example
 * expect(recorder.problems).toEqual([]);
 */
export interface Problem {
  /** Number of the stream (one request each), from 1. */
  readonly stream: number;
  /** Line within the stream, from 1; `null` where the request itself is wrong. */
  readonly line: number | null;
  /** The service that sent it; `null` as long as its metadata is not known. */
  readonly serviceName: string | null;
  /** The field, `transaction.context.message.age.ms`, or the part of the protocol, `content-encoding`. */
  readonly where: string;
  /** What is wrong with it, in words. */
  readonly what: string;
  /**
   * `true`: the APM Server refuses it, and so it is not among the recorded events. `false`: the server takes it, though it is
   * wrong (apm-data's schemas let the id `zz` and a negative age pass), and so does the recorder.
   */
  readonly refused: boolean;
  /** The line as it came, its first 1,000 characters; empty where there is none. */
  readonly document: string;
}

/** What a check says: the place and the words. The stream adds the rest. */
export type Finding = Pick<Problem, 'where' | 'what' | 'refused'>;

export const DOCUMENT_LIMIT = 1_000;

export const refusal = (where: string, what: string): Finding => ({ where, what, refused: true });
export const doubt = (where: string, what: string): Finding => ({ where, what, refused: false });
