import { fasterThan } from '../figures/goal.js';
import { filledQueue } from '../grounds/filled-queue.js';
import type { QueueFilling } from '../grounds/queues.js';
import { warmedUp } from '../grounds/warmed-up.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';
import { later } from './later.js';

const OURS = 'Throughline';
const GROUPS = 200;

const pollers = (count: number): Entry => ({
  title: count === 1 ? 'SDK, 1 poller' : `SDK, ${count} pollers`,
  contender: 'sdk-pollers',
  choices: { pollers: count },
});
/** As many as ours grows to. */
const TEN = pollers(10);
const ours: Entry = { title: OURS, contender: 'throughline-sqs' };

const fast = (
  size: Size,
  filling: Omit<QueueFilling, 'messages'>,
  rest: Pick<Scenario, 'name' | 'about' | 'entries'>,
): Scenario => ({
  ...rest,
  baseline: TEN.title,
  goals: [fasterThan(OURS, TEN.title, 0.9)],
  rounds: sized(size, 3, 1),
  sqs: 'counted',
  open: (stage) =>
    Promise.resolve(filledQueue(stage, { ...filling, messages: sized(size, 10_000, 1_000) })),
});

/** What the road itself costs on SQS. */
const standard = (size: Size): Scenario =>
  fast(
    size,
    {},
    {
      name: 'SQS, a handler that does nothing',
      about: 'ElasticMQ, a standard queue. The SDK: receive ten, delete ten.',
      entries: [
        pollers(1),
        pollers(4),
        TEN,
        { title: 'sqs-consumer', contender: 'sqs-consumer', share: 0.2 },
        {
          title: '8 × sqs-consumer',
          contender: 'sqs-consumer',
          choices: { pollers: 8 },
          share: 0.5,
        },
        { title: '@ssut/nestjs-sqs', contender: 'ssut-nestjs-sqs', share: 0.2 },
        ours,
      ],
    },
  );

const fifo = (size: Size): Scenario =>
  fast(
    size,
    { groups: GROUPS },
    {
      name: 'SQS FIFO, a handler that does nothing',
      about: `ElasticMQ, a FIFO queue with ${GROUPS} groups.`,
      entries: [pollers(1), TEN, ours],
    },
  );

/** The same once a process has handled as many. */
const fastLater = (
  size: Size,
  scenario: Scenario,
  filling: Omit<QueueFilling, 'messages'>,
): Scenario => {
  const messages = sized(size, 10_000, 1_000);
  const whole = { ...filling, messages: 2 * messages };
  return later(scenario, {
    about: `As “${scenario.name}”, after as many messages that are not measured.`,
    entries: [TEN, ours],
    open: (stage) =>
      Promise.resolve(warmedUp(filledQueue(stage, whole), { warmUp: messages, messages })),
  });
};

export const sqsFastHandlers = (size: Size): readonly Scenario[] => [
  standard(size),
  fastLater(size, standard(size), {}),
  fifo(size),
  fastLater(size, fifo(size), { groups: GROUPS }),
];
