import type { Row } from '../figures/row.js';
import type { Played } from '../harness/play.js';

/** A row with figures of no meaning. */
export const rowLike = (parts: Partial<Row> = {}): Row => ({
  scenario: 'tiny messages',
  contender: 'Throughline',
  perSecond: 123_456.7,
  cpuMicros: 8.765,
  requestsPerMessage: null,
  peakMb: 101.2,
  ratio: 0.98,
  spread: 0.034,
  rounds: 5,
  problem: null,
  ...parts,
});

export const problemRow = (contender: string, problem: string): Row =>
  rowLike({
    contender,
    perSecond: null,
    cpuMicros: null,
    peakMb: null,
    ratio: null,
    spread: null,
    problem,
  });

export const playedLike = (rows: readonly Row[]): Played => ({
  scenario: {
    name: 'tiny messages',
    about: 'Kafka, many tiny messages.',
    baseline: 'kafkajs',
    entries: [],
    goals: [],
    rounds: 5,
    sqs: 'absent',
    open: () => Promise.reject(new Error('Nobody plays this.')),
  },
  rows,
  verdicts: [
    {
      scenario: 'tiny messages',
      goal: 'Throughline ≥ 0.9 × kafkajs',
      value: 0.98,
      limit: 0.9,
      isReached: true,
    },
    {
      scenario: 'tiny messages',
      goal: 'Throughline ≥ 4 × Nest',
      value: null,
      limit: 4,
      isReached: false,
    },
  ],
});
