import { atMostBeyond } from '../figures/goal.js';
import { tinyForTheYoung } from '../grounds/tiny.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';
import { tinyLater } from './later.js';
import type { TracerName } from '../worker/task.js';

const UNTRACED = 'Throughline, tracer none';
const ELASTIC_LEAN = 'Throughline, Elastic, lean';
const OPENTELEMETRY_LEAN = 'Throughline, OpenTelemetry, lean';

const entryOf = (title: string, tracer: TracerName): Entry => ({
  title,
  contender: 'throughline-kafka',
  choices: { tracer },
  ...(tracer.startsWith('elastic') && { agent: { sampleRate: 1 } }),
});

const entries: readonly Entry[] = [
  entryOf(UNTRACED, 'none'),
  entryOf('Throughline, Elastic', 'elastic'),
  entryOf(ELASTIC_LEAN, 'elastic, lean'),
  entryOf('Throughline, OpenTelemetry', 'opentelemetry'),
  entryOf(OPENTELEMETRY_LEAN, 'opentelemetry, lean'),
];

/** What a trace costs that nobody is going to see: most of them, in most companies. */
export const unsampled = (size: Size): Scenario => ({
  name: 'unsampled upstream',
  about: 'As “tiny messages”; each brings a trace that its producer did not sample.',
  baseline: UNTRACED,
  entries,
  goals: [atMostBeyond(ELASTIC_LEAN, UNTRACED, 4), atMostBeyond(OPENTELEMETRY_LEAN, UNTRACED, 4)],
  rounds: sized(size, 5, 1),
  sqs: 'absent',
  open: (stage) => tinyForTheYoung(stage, { size, entries, sampled: 0 }),
});

/** The same once a process has run for some seconds. */
export const unsampledLater = (size: Size): Scenario => tinyLater(size, unsampled(size), 0);
