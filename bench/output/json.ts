import type { Comparison } from '../figures/comparison.js';
import type { GoalResult } from '../figures/goal.js';
import type { Row } from '../figures/row.js';
import type { ScenarioResult } from '../harness/run-scenario.js';

/** The result as one document. */
export interface Document {
  /** The suite's name; several are joined by commas. */
  readonly suite: string;
  readonly rows: readonly Row[];
  readonly goals: readonly GoalResult[];
  readonly comparisons: readonly Comparison[];
}

export const documentOf = (
  suites: readonly string[],
  results: readonly ScenarioResult[],
): Document => ({
  suite: suites.join(','),
  rows: results.flatMap(({ rows }) => rows),
  goals: results.flatMap(({ goalResults }) => goalResults),
  comparisons: results.flatMap(({ comparisons }) => comparisons),
});
