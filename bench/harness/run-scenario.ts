import { compare, type Comparison } from '../figures/comparison.js';
import { rowOf, type Round, type Row } from '../figures/row.js';
import { evaluateGoal, type GoalResult } from '../figures/goal.js';
import type { Outcome } from '../figures/sample.js';
import type { Entry, Scenario } from '../scenario.js';
import type { Environment } from './environment.js';
import { runCandidate, type RunOptions } from './run-candidate.js';

/** The result of a scenario. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly rows: readonly Row[];
  readonly goalResults: readonly GoalResult[];
  readonly comparisons: readonly Comparison[];
}

/** Is notified of each run. */
export interface ProgressListener {
  begins(scenario: Scenario, round: number, entry: Entry): void;
  ended(scenario: Scenario, round: number, entry: Entry, outcome: Outcome): void;
}

/** Starts each round with another candidate, so that the order does not influence the figures. */
const rotated = (entries: readonly Entry[], round: number): readonly Entry[] => {
  const first = round % entries.length;
  return [...entries.slice(first), ...entries.slice(0, first)];
};

/** Runs all candidates in rounds, A B A B, because the machine's speed changes from minute to minute. */
export async function runScenario(
  environment: Environment,
  scenario: Scenario,
  options: RunOptions,
  progress: ProgressListener,
): Promise<ScenarioResult> {
  const source = await scenario.open(environment);
  const rounds: Round[] = [];
  const broken = new Set<string>();
  try {
    for (let round = 0; round < scenario.rounds; round += 1) {
      const outcomes = new Map<string, Outcome>();
      for (const entry of rotated(scenario.entries, round)) {
        // After a problem, the row has no figures, so further rounds are of no use.
        if (broken.has(entry.title)) continue;
        options.signal.throwIfAborted();
        progress.begins(scenario, round, entry);
        const outcome = await runCandidate(environment, scenario, entry, source, options);
        outcomes.set(entry.title, outcome);
        if ('problem' in outcome) broken.add(entry.title);
        progress.ended(scenario, round, entry, outcome);
      }
      rounds.push(outcomes);
    }
  } finally {
    await source.close();
  }
  const { name, baseline, entries, goals, comparisons = [] } = scenario;
  return {
    scenario,
    rows: entries.map(({ title }) => rowOf(name, title, baseline, rounds)),
    goalResults: goals.map((goal) => evaluateGoal(goal, name, rounds)),
    comparisons: comparisons.flatMap(([one, other]) => compare(one, other, rounds) ?? []),
  };
}
