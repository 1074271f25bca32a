import type { Verdict } from '../figures/goal.js';
import type { Row } from '../figures/row.js';
import type { Played } from '../harness/play.js';

/** The result as one document. */
export interface Document {
  /** The suite's name; several are joined by commas. */
  readonly suite: string;
  readonly rows: readonly Row[];
  readonly goals: readonly Verdict[];
}

export const documentOf = (suites: readonly string[], played: readonly Played[]): Document => ({
  suite: suites.join(','),
  rows: played.flatMap(({ rows }) => rows),
  goals: played.flatMap(({ verdicts }) => verdicts),
});
