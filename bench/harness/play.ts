import { rowOf, type Round, type Row } from '../figures/row.js';
import { verdictOn, type Verdict } from '../figures/goal.js';
import type { Outcome } from '../figures/sample.js';
import type { Entry, Scenario } from '../scenario.js';
import type { Stage } from './stage.js';
import { playTurn, type TurnOptions } from './turn.js';

/** What a scenario gave. */
export interface Played {
  readonly scenario: Scenario;
  readonly rows: readonly Row[];
  readonly verdicts: readonly Verdict[];
}

/** Who is told of each turn. */
export interface Audience {
  begins(scenario: Scenario, round: number, entry: Entry): void;
  ended(scenario: Scenario, round: number, entry: Entry, outcome: Outcome): void;
}

/** Another one goes first in each round: who runs after whom is not to make the difference. */
const inTurn = (entries: readonly Entry[], round: number): readonly Entry[] => {
  const first = round % entries.length;
  return [...entries.slice(first), ...entries.slice(0, first)];
};

/** Plays all contenders in rounds, A B A B, since the machine is not the same from minute to minute. */
export async function play(
  stage: Stage,
  scenario: Scenario,
  options: TurnOptions,
  audience: Audience,
): Promise<Played> {
  const field = await scenario.open(stage);
  const rounds: Round[] = [];
  const broken = new Set<string>();
  try {
    for (let round = 0; round < scenario.rounds; round += 1) {
      const outcomes = new Map<string, Outcome>();
      for (const entry of inTurn(scenario.entries, round)) {
        // Its row has no figures any more, however the other rounds would go.
        if (broken.has(entry.title)) continue;
        options.signal.throwIfAborted();
        audience.begins(scenario, round, entry);
        const outcome = await playTurn(stage, scenario, entry, field, options);
        outcomes.set(entry.title, outcome);
        if ('problem' in outcome) broken.add(entry.title);
        audience.ended(scenario, round, entry, outcome);
      }
      rounds.push(outcomes);
    }
  } finally {
    await field.close();
  }
  const { name, baseline, entries, goals } = scenario;
  return {
    scenario,
    rows: entries.map(({ title }) => rowOf(name, title, baseline, rounds)),
    verdicts: goals.map((goal) => verdictOn(goal, name, rounds)),
  };
}
