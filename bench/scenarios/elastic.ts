import type { Goal } from '../figures/goal.js';
import { fasterThan } from '../figures/goal.js';
import { tinyForTheYoung } from '../grounds/tiny.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';
import { tinyLater } from './later.js';

const INSTRUMENTED = 'kafkajs eachMessage, traced by the agent';
const BARE = 'kafkajs eachBatch';
const BY_HAND = 'kafkajs eachBatch, a transaction a message by hand';
const UNTRACED = 'Throughline, tracer none';
const SAMPLED = 'Throughline, Elastic, all sampled';
const TENTH = 'Throughline, Elastic, a tenth sampled';
const TENTH_LEAN = 'Throughline, Elastic, a tenth sampled, lean';
const UNSAMPLED = 'Throughline, Elastic, none sampled';

const entries: readonly Entry[] = [
  { title: INSTRUMENTED, contender: 'kafkajs-elastic-instrumented', agent: { sampleRate: 1 } },
  { title: BARE, contender: 'kafkajs-each-batch' },
  {
    title: BY_HAND,
    contender: 'kafkajs-elastic-calls',
    agent: { sampleRate: 1, leaves: ['kafkajs'] },
  },
  { title: UNTRACED, contender: 'throughline-kafka' },
  {
    title: SAMPLED,
    contender: 'throughline-kafka',
    choices: { tracer: 'elastic' },
    agent: { sampleRate: 1 },
  },
  {
    title: TENTH,
    contender: 'throughline-kafka',
    choices: { tracer: 'elastic' },
    agent: { sampleRate: 0.1 },
    sampled: 0.1,
  },
  {
    title: TENTH_LEAN,
    contender: 'throughline-kafka',
    choices: { tracer: 'elastic, lean' },
    agent: { sampleRate: 0.1 },
    sampled: 0.1,
  },
  {
    title: UNSAMPLED,
    contender: 'throughline-kafka',
    choices: { tracer: 'elastic' },
    agent: { sampleRate: 0 },
    sampled: 0,
  },
];

const oursBeyondTheAgent: Goal = {
  text: 'tracing by Throughline ≤ 5 µs a message beyond the agent’s public calls, made by hand',
  figure: (of) =>
    of(SAMPLED).cpuMicros - of(UNTRACED).cpuMicros - (of(BY_HAND).cpuMicros - of(BARE).cpuMicros),
  limit: { atMost: 5 },
};

/** What tracing with the Elastic agent costs, on our road and on its own. */
export const elastic = (size: Size): Scenario => ({
  name: 'traced by Elastic',
  about:
    'As “tiny messages”; each brings a trace that is sampled upstream or not. The agent records, and sends to nowhere.',
  baseline: INSTRUMENTED,
  entries,
  goals: [
    fasterThan(SAMPLED, INSTRUMENTED, 1),
    oursBeyondTheAgent,
    fasterThan(TENTH_LEAN, SAMPLED, 2),
  ],
  rounds: sized(size, 5, 1),
  sqs: 'absent',
  open: (stage) => tinyForTheYoung(stage, { size, entries, sampled: 1 }),
});

/** The same once a process has run for some seconds. */
export const elasticLater = (size: Size): Scenario => tinyLater(size, elastic(size), 1);
