import type { Goal } from '../figures/goal.js';
import { filledQueue } from '../data-sets/filled-queue.js';
import { filledTopics } from '../data-sets/filled-topics.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';

const OURS = 'Throughline';

const withinTimes = (times: number, other: string): Goal => ({
  text: `${OURS} takes ≤ ${times} × as long as ${other}`,
  figure: (of) => of(other).perSecond / of(OURS).perSecond,
  limit: { atMost: times },
});

const starting = (
  size: Size,
  rest: Pick<Scenario, 'name' | 'entries' | 'baseline' | 'open'>,
): Scenario => ({
  ...rest,
  about: 'Measures the time from the start of the process until the first message is handled.',
  goals: [withinTimes(1.3, rest.baseline)],
  rounds: sized(size, 7, 3),
  measures: 'start',
  sqs: 'absent',
});

const BARE_KAFKA = 'Nest and bare kafkajs';
const BARE_SQS = 'Nest and the bare SDK';

const onKafka: readonly Entry[] = [
  { title: BARE_KAFKA, candidate: 'nest-kafkajs-bare' },
  { title: 'Nest’s Kafka transport', candidate: 'nest-kafka' },
  { title: OURS, candidate: 'throughline-kafka' },
];

/** The time until a new process handles its first message. */
export const startingOnKafka = (size: Size): Scenario =>
  starting(size, {
    name: 'starting on Kafka',
    baseline: BARE_KAFKA,
    entries: onKafka,
    open: (environment) =>
      filledTopics(environment, onKafka, { partitions: 1, messages: 1, keys: 1 }),
  });

export const startingOnSqs = (size: Size): Scenario =>
  starting(size, {
    name: 'starting on SQS',
    baseline: BARE_SQS,
    entries: [
      { title: BARE_SQS, candidate: 'nest-sqs-bare' },
      { title: OURS, candidate: 'throughline-sqs' },
    ],
    open: (environment) => Promise.resolve(filledQueue(environment, { messages: 1 })),
  });
