import { atMostBeyond, type Goal } from '../figures/goal.js';
import { coldTinyMessages } from '../data-sets/tiny-messages.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';
import { warmTiny } from './warm.js';

const BARE = 'kafkajs eachBatch';
const BY_HAND = 'kafkajs eachBatch, a span a message by hand';
const UNTRACED = 'Throughline, tracer none';
const TRACED = 'Throughline, OpenTelemetry';
const EACH = 'Throughline, OpenTelemetry, batches of 100 through each';

const entries: readonly Entry[] = [
  { title: BARE, candidate: 'kafkajs-each-batch' },
  { title: BY_HAND, candidate: 'kafkajs-opentelemetry-calls' },
  { title: UNTRACED, candidate: 'throughline-kafka' },
  { title: TRACED, candidate: 'throughline-kafka', choices: { tracer: 'opentelemetry' } },
  {
    title: EACH,
    candidate: 'throughline-kafka',
    choices: { tracer: 'opentelemetry', takes: 'batches, each' },
  },
];

const oursBeyondTheSdk: Goal = {
  text: 'tracing by Throughline ≤ 5 µs a message beyond the API’s and the SDK’s calls, made by hand',
  figure: (of) =>
    of(TRACED).cpuMicros - of(UNTRACED).cpuMicros - (of(BY_HAND).cpuMicros - of(BARE).cpuMicros),
  limit: { atMost: 5 },
};

/** The cost of tracing with OpenTelemetry. */
export const opentelemetry = (size: Size): Scenario => ({
  name: 'traced by OpenTelemetry',
  about:
    'Same as “tiny messages”, but each message has a sampled trace. The SDK has a batch processor and exports nothing.',
  baseline: UNTRACED,
  entries,
  goals: [atMostBeyond(TRACED, UNTRACED, 12), oursBeyondTheSdk],
  rounds: sized(size, 5, 1),
  sqs: 'absent',
  open: (environment) => coldTinyMessages(environment, { size, entries, sampled: 1 }),
});

/** The warm variant. */
export const warmOpentelemetry = (size: Size): Scenario => warmTiny(size, opentelemetry(size), 1);
