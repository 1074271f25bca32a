import { atMostBeyond, type Goal } from '../figures/goal.js';
import { tinyForTheYoung } from '../grounds/tiny.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';
import { tinyLater } from './later.js';

const BARE = 'kafkajs eachBatch';
const BY_HAND = 'kafkajs eachBatch, a span a message by hand';
const UNTRACED = 'Throughline, tracer none';
const TRACED = 'Throughline, OpenTelemetry';
const EACH = 'Throughline, OpenTelemetry, batches of 100 through each';

const entries: readonly Entry[] = [
  { title: BARE, contender: 'kafkajs-each-batch' },
  { title: BY_HAND, contender: 'kafkajs-opentelemetry-calls' },
  { title: UNTRACED, contender: 'throughline-kafka' },
  { title: TRACED, contender: 'throughline-kafka', choices: { tracer: 'opentelemetry' } },
  {
    title: EACH,
    contender: 'throughline-kafka',
    choices: { tracer: 'opentelemetry', takes: 'batches, each' },
  },
];

const oursBeyondTheSdk: Goal = {
  text: 'tracing by Throughline ≤ 5 µs a message beyond the API’s and the SDK’s calls, made by hand',
  figure: (of) =>
    of(TRACED).cpuMicros - of(UNTRACED).cpuMicros - (of(BY_HAND).cpuMicros - of(BARE).cpuMicros),
  limit: { atMost: 5 },
};

/** What tracing with OpenTelemetry costs. */
export const opentelemetry = (size: Size): Scenario => ({
  name: 'traced by OpenTelemetry',
  about:
    'As “tiny messages”; each brings a sampled trace. The SDK has a batch processor and exports to nowhere.',
  baseline: UNTRACED,
  entries,
  goals: [atMostBeyond(TRACED, UNTRACED, 12), oursBeyondTheSdk],
  rounds: sized(size, 5, 1),
  sqs: 'absent',
  open: (stage) => tinyForTheYoung(stage, { size, entries, sampled: 1 }),
});

/** The same once a process has run for some seconds. */
export const opentelemetryLater = (size: Size): Scenario => tinyLater(size, opentelemetry(size), 1);
