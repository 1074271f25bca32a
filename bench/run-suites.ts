import type { Arguments } from './arguments.js';
import { runScenario, type ProgressListener, type ScenarioResult } from './harness/run-scenario.js';
import type { Environment } from './harness/environment.js';
import { warmUp } from './harness/warm-up.js';
import { sized, type Scenario } from './scenario.js';
import { suites } from './scenarios/index.js';

const TIMEOUT_MS = 120_000;

interface SuiteOptions {
  readonly nodeArgs: readonly string[];
  readonly progress: ProgressListener;
  readonly signal: AbortSignal;
}

const otherBuild = (title: string): string => `${title} (other build)`;

/** The candidates of Throughline, each followed by the same candidate in another build. */
function againstBuild(scenario: Scenario, build: string): Scenario {
  const own = scenario.entries.filter(({ candidate }) => candidate.startsWith('throughline'));
  return {
    ...scenario,
    entries: own.flatMap((entry) => [entry, { ...entry, title: otherBuild(entry.title), build }]),
    goals: [],
    comparisons: own.map(({ title }) => [title, otherBuild(title)]),
  };
}

/** The scenario with the selected candidates and number of rounds. */
function selected(whole: Scenario, { only, rounds, against }: Arguments): Scenario {
  const scenario = against === undefined ? whole : againstBuild(whole, against);
  const isWanted = (title: string): boolean =>
    only.length === 0 ||
    title === scenario.baseline ||
    only.some((part) => title.toLowerCase().includes(part.toLowerCase()));
  return {
    ...scenario,
    entries: scenario.entries.filter(({ title }) => isWanted(title)),
    rounds: rounds ?? scenario.rounds,
  };
}

/** Removes goals that need a candidate that was not selected. */
const withoutUnmeasured = (result: ScenarioResult, { only }: Arguments): ScenarioResult =>
  only.length === 0
    ? result
    : { ...result, goalResults: result.goalResults.filter(({ value }) => value !== null) };

/** Runs the selected suites, one scenario after another. Returns the results by suite. */
export async function runSuites(
  environment: Environment,
  wanted: Arguments,
  { nodeArgs, progress, signal }: SuiteOptions,
): Promise<ReadonlyMap<string, readonly ScenarioResult[]>> {
  const names = wanted.suites.length > 0 ? wanted.suites : Object.keys(suites);
  const scenarios = names.map((name) => [name, suites[name]?.(wanted.size) ?? []] as const);
  const all = scenarios.flatMap(([, ofSuite]) => ofSuite);
  await warmUp(environment, sized(wanted.size, 20_000, 2_000), {
    kafka: all.some(({ sqs }) => sqs === 'absent'),
    sqs: all.some(({ sqs }) => sqs === 'counted'),
  });
  const results = new Map<string, readonly ScenarioResult[]>();
  for (const [name, ofSuite] of scenarios) {
    const suiteResults: ScenarioResult[] = [];
    for (const scenario of ofSuite) {
      const options = { nodeArgs, signal, timeoutMs: TIMEOUT_MS };
      const result = await runScenario(environment, selected(scenario, wanted), options, progress);
      suiteResults.push(withoutUnmeasured(result, wanted));
    }
    results.set(name, suiteResults);
  }
  return results;
}
