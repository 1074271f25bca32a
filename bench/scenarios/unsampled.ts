import { atMostBeyond } from '../figures/goal.js';
import { coldTinyMessages } from '../data-sets/tiny-messages.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';
import { warmTiny } from './warm.js';
import type { TracerName } from '../worker/task.js';

const UNTRACED = 'Throughline, tracer none';
const ELASTIC_NON_RECORDING = 'Throughline, Elastic, non-recording';
const OPENTELEMETRY_NON_RECORDING = 'Throughline, OpenTelemetry, non-recording';

const entryOf = (title: string, tracer: TracerName): Entry => ({
  title,
  candidate: 'throughline-kafka',
  choices: { tracer },
  ...(tracer.startsWith('elastic') && { agent: { sampleRate: 1 } }),
});

const entries: readonly Entry[] = [
  entryOf(UNTRACED, 'none'),
  entryOf('Throughline, Elastic', 'elastic'),
  entryOf(ELASTIC_NON_RECORDING, 'elastic, non-recording'),
  entryOf('Throughline, OpenTelemetry', 'opentelemetry'),
  entryOf(OPENTELEMETRY_NON_RECORDING, 'opentelemetry, non-recording'),
];

/** The cost of unsampled traces, which are most traces in most companies. */
export const unsampled = (size: Size): Scenario => ({
  name: 'unsampled upstream',
  about: 'Same as “tiny messages”, but each message has a trace that its producer did not sample.',
  baseline: UNTRACED,
  entries,
  goals: [
    atMostBeyond(ELASTIC_NON_RECORDING, UNTRACED, 4),
    atMostBeyond(OPENTELEMETRY_NON_RECORDING, UNTRACED, 4),
  ],
  rounds: sized(size, 5, 1),
  sqs: 'absent',
  open: (environment) => coldTinyMessages(environment, { size, entries, sampled: 0 }),
});

/** The warm variant. */
export const warmUnsampled = (size: Size): Scenario => warmTiny(size, unsampled(size), 0);
