import { fasterThan, requestsAtMost } from '../figures/goal.js';
import { withIdeal } from '../data-sets/with-ideal.js';
import { filledQueue } from '../data-sets/filled-queue.js';
import { sized, type Scenario, type Size } from '../scenario.js';

const IDEAL = 'the same sleeps, without a broker';
const ONE = 'sqs-consumer';
const EIGHT = '8 × sqs-consumer';
const OURS = 'Throughline';

const choices = { handlerMs: 100 };

/** Handlers that wait. A client that polls only when its last ten messages are done waits with them. */
export const sqsSlowHandlers = (size: Size): Scenario => ({
  name: 'SQS, slow handlers',
  about:
    'ElasticMQ. The handler waits 100 ms. At most 100 messages are in progress, for the candidates that have such a setting.',
  baseline: IDEAL,
  entries: [
    { title: IDEAL, candidate: 'ideal', choices },
    { title: 'SDK, 10 pollers', candidate: 'sdk-pollers', choices: { ...choices, pollers: 10 } },
    { title: ONE, candidate: 'sqs-consumer', choices, share: sized(size, 0.1, 0.25) },
    { title: EIGHT, candidate: 'sqs-consumer', choices: { ...choices, pollers: 8 }, share: 0.5 },
    {
      title: '@ssut/nestjs-sqs',
      candidate: 'ssut-nestjs-sqs',
      choices,
      share: sized(size, 0.1, 0.25),
    },
    { title: OURS, candidate: 'throughline-sqs', choices },
  ],
  goals: [
    fasterThan(OURS, IDEAL, 0.85),
    fasterThan(OURS, ONE, 8),
    fasterThan(OURS, EIGHT, 1.5),
    requestsAtMost(OURS, 0.25),
  ],
  rounds: sized(size, 3, 1),
  sqs: 'counted',
  open: (environment) => {
    const messages = sized(size, 5_000, 400);
    // Messages are independent, so there are as many keys as messages.
    return Promise.resolve(
      withIdeal(filledQueue(environment, { messages }), { messages, keys: messages }),
    );
  },
});
