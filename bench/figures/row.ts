import { median, spread } from './median.js';
import type { Outcome, Sample } from './sample.js';

/** One candidate in one scenario. All figures are medians of the rounds. `null` if there is none. */
export interface Row {
  readonly scenario: string;
  readonly candidate: string;
  readonly perSecond: number | null;
  readonly cpuMicros: number | null;
  readonly requestsPerMessage: number | null;
  readonly peakMb: number | null;
  /** Messages per second, as a multiple of the scenario's baseline in the same round. */
  readonly ratio: number | null;
  /** Half of the range of the rounds' messages per second, as a part of the median. `null` for a single round. */
  readonly spread: number | null;
  readonly rounds: number;
  /** A problem. If there is one, there are no figures. */
  readonly problem: string | null;
}

/** The outcomes of one round by the candidates' titles. */
export type Round = ReadonlyMap<string, Outcome>;

/** The samples of a candidate, or the problem of a round. */
function samplesOf(candidate: string, rounds: readonly Round[]): readonly Sample[] | string {
  const samples: Sample[] = [];
  for (const round of rounds) {
    const outcome = round.get(candidate);
    if (outcome === undefined) continue;
    if ('problem' in outcome) return outcome.problem;
    samples.push(outcome.sample);
  }
  return samples.length > 0 ? samples : 'not run';
}

const sampleIn = (round: Round, candidate: string): Sample | undefined => {
  const outcome = round.get(candidate);
  return outcome !== undefined && 'sample' in outcome ? outcome.sample : undefined;
};

/** The figure of each round that has all samples for it. */
export const eachRound = (
  rounds: readonly Round[],
  figure: (sampleOf: (candidate: string) => Sample | undefined) => number | undefined,
): readonly number[] =>
  rounds.flatMap((round) => figure((candidate) => sampleIn(round, candidate)) ?? []);

function ratioOf(candidate: string, baseline: string, rounds: readonly Round[]): number | null {
  const ratios = eachRound(rounds, (sampleOf) => {
    const [own, base] = [sampleOf(candidate), sampleOf(baseline)];
    return own && base && own.perSecond / base.perSecond;
  });
  return ratios.length > 0 ? median(ratios) : null;
}

/** Median figures. The ratio to the baseline is taken within each round, because a machine's speed changes between rounds. */
export function rowOf(
  scenario: string,
  candidate: string,
  baseline: string,
  rounds: readonly Round[],
): Row {
  const samples = samplesOf(candidate, rounds);
  if (typeof samples === 'string') {
    return {
      scenario,
      candidate,
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
    candidate,
    perSecond: median(rates),
    cpuMicros: median(samples.map(({ cpuMicros }) => cpuMicros)),
    requestsPerMessage: requests.length > 0 ? median(requests) : null,
    peakMb: median(samples.map(({ peakMb }) => peakMb)),
    ratio: ratioOf(candidate, baseline, rounds),
    spread: rates.length > 1 ? spread(rates) : null,
    rounds: samples.length,
    problem: null,
  };
}
