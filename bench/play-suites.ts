import type { Arguments } from './arguments.js';
import { play, type Audience, type Played } from './harness/play.js';
import type { Stage } from './harness/stage.js';
import { warmUp } from './harness/warm-up.js';
import { sized, type Scenario } from './scenario.js';
import { suites } from './scenarios/index.js';

const PATIENCE_MS = 120_000;

interface PlayOptions {
  readonly nodeArgs: readonly string[];
  readonly audience: Audience;
  readonly signal: AbortSignal;
}

/** The scenario as it was asked for: fewer contenders, another number of rounds. */
function asAsked(scenario: Scenario, { only, rounds }: Arguments): Scenario {
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

/** Goals that need a contender that nobody asked for are no goals. */
const withoutUnasked = (played: Played, { only }: Arguments): Played =>
  only.length === 0
    ? played
    : { ...played, verdicts: played.verdicts.filter(({ value }) => value !== null) };

/** Plays the suites that were asked for, one scenario after another; the result by suite. */
export async function playSuites(
  stage: Stage,
  wanted: Arguments,
  { nodeArgs, audience, signal }: PlayOptions,
): Promise<ReadonlyMap<string, readonly Played[]>> {
  const names = wanted.suites.length > 0 ? wanted.suites : Object.keys(suites);
  const scenarios = names.map((name) => [name, suites[name]?.(wanted.size) ?? []] as const);
  const all = scenarios.flatMap(([, ofSuite]) => ofSuite);
  await warmUp(stage, sized(wanted.size, 20_000, 2_000), {
    kafka: all.some(({ sqs }) => sqs === 'absent'),
    sqs: all.some(({ sqs }) => sqs === 'counted'),
  });
  const results = new Map<string, readonly Played[]>();
  for (const [name, ofSuite] of scenarios) {
    const played: Played[] = [];
    for (const scenario of ofSuite) {
      const options = { nodeArgs, signal, patienceMs: PATIENCE_MS };
      const result = await play(stage, asAsked(scenario, wanted), options, audience);
      played.push(withoutUnasked(result, wanted));
    }
    results.set(name, played);
  }
  return results;
}
