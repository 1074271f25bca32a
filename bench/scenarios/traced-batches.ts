import type { Goal } from '../figures/goal.js';
import { coldTinyMessages } from '../data-sets/tiny-messages.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';
import { warmTiny } from './warm.js';

const SINGLE = 'Throughline, Elastic, single messages';
const EACH = 'Throughline, Elastic, batches of 100 through each';

const traced = {
  candidate: 'throughline-kafka',
  agent: { sampleRate: 1 },
} as const;

const entries: readonly Entry[] = [
  { ...traced, title: SINGLE, choices: { tracer: 'elastic' } },
  { ...traced, title: EACH, choices: { tracer: 'elastic', takes: 'batches, each' } },
];

const eachCosts: Goal = {
  text: 'a message of a batch ≤ 1.3 × the CPU of a single one',
  figure: (of) => of(EACH).cpuMicros / of(SINGLE).cpuMicros,
  limit: { atMost: 1.3 },
};

/** The cost of a span in its own trace for every message of a batch. */
export const tracedBatches = (size: Size): Scenario => ({
  name: 'traced batches',
  about:
    'Same as “traced by Elastic” with all messages sampled, but compares single messages with batches processed by each().',
  baseline: SINGLE,
  entries,
  goals: [eachCosts],
  rounds: sized(size, 5, 1),
  sqs: 'absent',
  open: (environment) => coldTinyMessages(environment, { size, entries, sampled: 1 }),
});

/** The warm variant. */
export const warmTracedBatches = (size: Size): Scenario => warmTiny(size, tracedBatches(size), 1);
