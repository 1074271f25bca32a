import { atMostBeyond } from '../figures/goal.js';
import { filledTopics } from '../grounds/filled-topics.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';

const UNTRACED = 'Throughline, tracer none';
const TRACED = 'Throughline, OpenTelemetry';
const EACH = 'Throughline, OpenTelemetry, batches of 100 through each';

const entries: readonly Entry[] = [
  { title: UNTRACED, contender: 'throughline-kafka' },
  { title: TRACED, contender: 'throughline-kafka', choices: { tracer: 'opentelemetry' } },
  {
    title: EACH,
    contender: 'throughline-kafka',
    choices: { tracer: 'opentelemetry', takes: 'batches, each' },
  },
];

/** What tracing with OpenTelemetry costs. */
export const opentelemetry = (size: Size): Scenario => ({
  name: 'traced by OpenTelemetry',
  about:
    'As “tiny messages”; each brings a sampled trace. The SDK has a batch processor and exports to nowhere.',
  baseline: UNTRACED,
  entries,
  goals: [atMostBeyond(TRACED, UNTRACED, 12)],
  rounds: sized(size, 5, 1),
  sqs: 'absent',
  open: (stage) =>
    filledTopics(stage, entries, {
      partitions: 6,
      messages: sized(size, 100_000, 5_000),
      keys: 1_000,
      sampled: 1,
    }),
});
