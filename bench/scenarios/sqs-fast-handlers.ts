import { fasterThan } from '../figures/goal.js';
import { filledQueue } from '../data-sets/filled-queue.js';
import type { QueueFilling } from '../data-sets/queues.js';
import { withWarmUp } from '../data-sets/with-warm-up.js';
import { sized, type Entry, type Scenario, type Size } from '../scenario.js';
import { warm } from './warm.js';

const OURS = 'Throughline';
const GROUPS = 200;

const pollers = (count: number): Entry => ({
  title: count === 1 ? 'SDK, 1 poller' : `SDK, ${count} pollers`,
  candidate: 'sdk-pollers',
  choices: { pollers: count },
});
/** As many as Throughline grows to. */
const TEN = pollers(10);
const ours: Entry = { title: OURS, candidate: 'throughline-sqs' };

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
  open: (environment) =>
    Promise.resolve(filledQueue(environment, { ...filling, messages: sized(size, 10_000, 1_000) })),
});

/** The cost of receiving and deleting on SQS. */
const standard = (size: Size): Scenario =>
  fast(
    size,
    {},
    {
      name: 'SQS, a handler that does nothing',
      about:
        'ElasticMQ, a standard queue. The SDK candidates receive ten messages and then delete them in one request.',
      entries: [
        pollers(1),
        pollers(4),
        TEN,
        { title: 'sqs-consumer', candidate: 'sqs-consumer', share: 0.2 },
        {
          title: '8 × sqs-consumer',
          candidate: 'sqs-consumer',
          choices: { pollers: 8 },
          share: 0.5,
        },
        { title: '@ssut/nestjs-sqs', candidate: 'ssut-nestjs-sqs', share: 0.2 },
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

/** The warm variant. */
const warmFast = (
  size: Size,
  scenario: Scenario,
  filling: Omit<QueueFilling, 'messages'>,
): Scenario => {
  const messages = sized(size, 10_000, 1_000);
  const whole = { ...filling, messages: 2 * messages };
  return warm(scenario, {
    about: `Same as “${scenario.name}”, but after a warm-up with the same number of messages.`,
    entries: [TEN, ours],
    open: (environment) =>
      Promise.resolve(withWarmUp(filledQueue(environment, whole), { warmUp: messages, messages })),
  });
};

export const sqsFastHandlers = (size: Size): readonly Scenario[] => [
  standard(size),
  warmFast(size, standard(size), {}),
  fifo(size),
  warmFast(size, fifo(size), { groups: GROUPS }),
];
