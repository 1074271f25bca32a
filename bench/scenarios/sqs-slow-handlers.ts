import { fasterThan, requestsAtMost } from '../figures/goal.js';
import { besideIdeal } from '../grounds/beside-ideal.js';
import { filledQueue } from '../grounds/filled-queue.js';
import { sized, type Scenario, type Size } from '../scenario.js';

const IDEAL = 'the same sleeps, without a broker';
const ONE = 'sqs-consumer';
const EIGHT = '8 × sqs-consumer';
const OURS = 'Throughline';

const choices = { handlerMs: 100 };

/** Handlers that wait: whoever polls only when its last ten are done waits with them. */
export const sqsSlowHandlers = (size: Size): Scenario => ({
  name: 'SQS, slow handlers',
  about: 'ElasticMQ, a handler that waits 100 ms, 100 at once where that can be said.',
  baseline: IDEAL,
  entries: [
    { title: IDEAL, contender: 'ideal', choices },
    { title: 'SDK, 10 pollers', contender: 'sdk-pollers', choices: { ...choices, pollers: 10 } },
    { title: ONE, contender: 'sqs-consumer', choices, share: sized(size, 0.1, 0.25) },
    { title: EIGHT, contender: 'sqs-consumer', choices: { ...choices, pollers: 8 }, share: 0.5 },
    {
      title: '@ssut/nestjs-sqs',
      contender: 'ssut-nestjs-sqs',
      choices,
      share: sized(size, 0.1, 0.25),
    },
    { title: OURS, contender: 'throughline-sqs', choices },
  ],
  goals: [
    fasterThan(OURS, IDEAL, 0.85),
    fasterThan(OURS, ONE, 8),
    fasterThan(OURS, EIGHT, 1.5),
    requestsAtMost(OURS, 0.25),
  ],
  rounds: sized(size, 3, 1),
  sqs: 'counted',
  open: (stage) => {
    const messages = sized(size, 5_000, 400);
    // Each message goes its own way, so there are as many keys.
    return Promise.resolve(
      besideIdeal(filledQueue(stage, { messages }), { messages, keys: messages }),
    );
  },
});
