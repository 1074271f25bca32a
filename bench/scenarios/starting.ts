import type { Goal } from '../figures/goal.js';
import { filledQueue } from '../grounds/filled-queue.js';
import { filledTopics } from '../grounds/filled-topics.js';
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
  about: 'From the start of the process to the first message handled.',
  goals: [withinTimes(1.3, rest.baseline)],
  rounds: sized(size, 7, 3),
  measures: 'start',
  sqs: 'absent',
});

const BARE_KAFKA = 'Nest and bare kafkajs';
const BARE_SQS = 'Nest and the bare SDK';

const onKafka: readonly Entry[] = [
  { title: BARE_KAFKA, contender: 'nest-kafkajs-bare' },
  { title: 'Nest’s Kafka transport', contender: 'nest-kafka' },
  { title: OURS, contender: 'throughline-kafka' },
];

/** How soon a new process is of use. */
export const startingOnKafka = (size: Size): Scenario =>
  starting(size, {
    name: 'starting on Kafka',
    baseline: BARE_KAFKA,
    entries: onKafka,
    open: (stage) => filledTopics(stage, onKafka, { partitions: 1, messages: 1, keys: 1 }),
  });

export const startingOnSqs = (size: Size): Scenario =>
  starting(size, {
    name: 'starting on SQS',
    baseline: BARE_SQS,
    entries: [
      { title: BARE_SQS, contender: 'nest-sqs-bare' },
      { title: OURS, contender: 'throughline-sqs' },
    ],
    open: (stage) => Promise.resolve(filledQueue(stage, { messages: 1 })),
  });
