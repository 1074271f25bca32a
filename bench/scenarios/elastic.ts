import type { Goal } from '../figures/goal.js';
import { fasterThan } from '../figures/goal.js';
import { coldTinyMessages } from '../data-sets/tiny-messages.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';
import { warmTiny } from './warm.js';

const INSTRUMENTED = 'kafkajs eachMessage, traced by the agent';
const BARE = 'kafkajs eachBatch';
const BY_HAND = 'kafkajs eachBatch, a transaction a message by hand';
const UNTRACED = 'Throughline, tracer none';
const SAMPLED = 'Throughline, Elastic, all sampled';
const TENTH = 'Throughline, Elastic, a tenth sampled';
const TENTH_NON_RECORDING = 'Throughline, Elastic, a tenth sampled, non-recording';
const UNSAMPLED = 'Throughline, Elastic, none sampled';

const entries: readonly Entry[] = [
  { title: INSTRUMENTED, candidate: 'kafkajs-elastic-instrumented', agent: { sampleRate: 1 } },
  { title: BARE, candidate: 'kafkajs-each-batch' },
  {
    title: BY_HAND,
    candidate: 'kafkajs-elastic-calls',
    agent: { sampleRate: 1, leaves: ['kafkajs'] },
  },
  { title: UNTRACED, candidate: 'throughline-kafka' },
  {
    title: SAMPLED,
    candidate: 'throughline-kafka',
    choices: { tracer: 'elastic' },
    agent: { sampleRate: 1 },
  },
  {
    title: TENTH,
    candidate: 'throughline-kafka',
    choices: { tracer: 'elastic' },
    agent: { sampleRate: 0.1 },
    sampled: 0.1,
  },
  {
    title: TENTH_NON_RECORDING,
    candidate: 'throughline-kafka',
    choices: { tracer: 'elastic, non-recording' },
    agent: { sampleRate: 0.1 },
    sampled: 0.1,
  },
  {
    title: UNSAMPLED,
    candidate: 'throughline-kafka',
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

/** The cost of tracing with the Elastic agent, with Throughline and by itself. */
export const elastic = (size: Size): Scenario => ({
  name: 'traced by Elastic',
  about:
    'Same as “tiny messages”, but each message has a trace, sampled or not sampled by its producer. The agent is recording, but sends nothing.',
  baseline: INSTRUMENTED,
  entries,
  goals: [
    fasterThan(SAMPLED, INSTRUMENTED, 1),
    oursBeyondTheAgent,
    fasterThan(TENTH_NON_RECORDING, SAMPLED, 2),
  ],
  rounds: sized(size, 5, 1),
  sqs: 'absent',
  open: (environment) => coldTinyMessages(environment, { size, entries, sampled: 1 }),
});

/** The warm variant. */
export const warmElastic = (size: Size): Scenario => warmTiny(size, elastic(size), 1);
