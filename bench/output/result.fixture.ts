import type { Row } from '../figures/row.js';
import type { ScenarioResult } from '../harness/run-scenario.js';

/** A row with arbitrary figures. */
export const rowLike = (parts: Partial<Row> = {}): Row => ({
  scenario: 'tiny messages',
  candidate: 'Throughline',
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

export const problemRow = (candidate: string, problem: string): Row =>
  rowLike({
    candidate,
    perSecond: null,
    cpuMicros: null,
    peakMb: null,
    ratio: null,
    spread: null,
    problem,
  });

export const resultLike = (rows: readonly Row[]): ScenarioResult => ({
  scenario: {
    name: 'tiny messages',
    about: 'Kafka, many tiny messages.',
    baseline: 'kafkajs',
    entries: [],
    goals: [],
    rounds: 5,
    sqs: 'absent',
    open: () => Promise.reject(new Error('This scenario is never run.')),
  },
  rows,
  comparisons: [],
  goalResults: [
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
