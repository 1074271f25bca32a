import { median, spread } from './median.js';
import type { Outcome, Sample } from './sample.js';

/** One contender in one scenario. All figures are medians of the rounds; `null` where there is none. */
export interface Row {
  readonly scenario: string;
  readonly contender: string;
  readonly perSecond: number | null;
  readonly cpuMicros: number | null;
  readonly requestsPerMessage: number | null;
  readonly peakMb: number | null;
  /** Messages a second, as a multiple of what the scenario's baseline did in the same round. */
  readonly ratio: number | null;
  /** How far the rounds' messages a second lie apart: half of their range, as a part of the median; `null` for a single round. */
  readonly spread: number | null;
  readonly rounds: number;
  /** What went wrong; then there are no figures. */
  readonly problem: string | null;
}

/** What every contender did in one round, by its title. */
export type Round = ReadonlyMap<string, Outcome>;

/** The figures of a contender in each round; as soon as one round went wrong, none. */
function samplesOf(contender: string, rounds: readonly Round[]): readonly Sample[] | string {
  const samples: Sample[] = [];
  for (const round of rounds) {
    const outcome = round.get(contender);
    if (outcome === undefined) continue;
    if ('problem' in outcome) return outcome.problem;
    samples.push(outcome.sample);
  }
  return samples.length > 0 ? samples : 'not played';
}

const sampleIn = (round: Round, contender: string): Sample | undefined => {
  const outcome = round.get(contender);
  return outcome !== undefined && 'sample' in outcome ? outcome.sample : undefined;
};

/** A figure of each round in which all that it needs was measured. */
export const eachRound = (
  rounds: readonly Round[],
  figure: (sampleOf: (contender: string) => Sample | undefined) => number | undefined,
): readonly number[] =>
  rounds.flatMap((round) => figure((contender) => sampleIn(round, contender)) ?? []);

function ratioOf(contender: string, baseline: string, rounds: readonly Round[]): number | null {
  const ratios = eachRound(rounds, (sampleOf) => {
    const [own, base] = [sampleOf(contender), sampleOf(baseline)];
    return own && base && own.perSecond / base.perSecond;
  });
  return ratios.length > 0 ? median(ratios) : null;
}

/** Median figures, and the ratio to the baseline taken within each round, since machines change their speed between rounds. */
export function rowOf(
  scenario: string,
  contender: string,
  baseline: string,
  rounds: readonly Round[],
): Row {
  const samples = samplesOf(contender, rounds);
  if (typeof samples === 'string') {
    return {
      scenario,
      contender,
      perSecond: null,
      cpuMicros: null,
      requestsPerMessage: null,
      peakMb: null,
      ratio: null,
      spread: null,
      rounds: rounds.length,
      problem: samples,
    };
  }
  const rates = samples.map(({ perSecond }) => perSecond);
  const requests = samples.flatMap(({ requestsPerMessage }) => requestsPerMessage ?? []);
  return {
    scenario,
    contender,
    perSecond: median(rates),
    cpuMicros: median(samples.map(({ cpuMicros }) => cpuMicros)),
    requestsPerMessage: requests.length > 0 ? median(requests) : null,
    peakMb: median(samples.map(({ peakMb }) => peakMb)),
    ratio: ratioOf(contender, baseline, rounds),
    spread: rates.length > 1 ? spread(rates) : null,
    rounds: samples.length,
    problem: null,
  };
}
