import { fasterThan } from '../figures/goal.js';
import { orderStoryData } from '../data-sets/order-story.js';
import { sized, type Scenario, type Size } from '../scenario.js';

const LOOP = 'a straight loop';
const OURS = 'Throughline';

const story = (size: Size, handlerMs: number, atLeast: number, loopShare: number): Scenario => ({
  name: `the order story, handler of ${handlerMs} ms`,
  about: `SQS → a handler that waits ${handlerMs} ms → publish to Kafka → delete. Traced by Elastic, all sampled. The loop handles one message after another.`,
  baseline: LOOP,
  entries: [
    {
      title: LOOP,
      candidate: 'sdk-order-loop',
      choices: { handlerMs },
      agent: { sampleRate: 1 },
      share: loopShare,
    },
    {
      title: OURS,
      candidate: 'throughline-order',
      choices: { handlerMs, tracer: 'elastic' },
      agent: { sampleRate: 1 },
    },
  ],
  goals: [fasterThan(OURS, LOOP, atLeast)],
  rounds: sized(size, 3, 1),
  sqs: 'counted',
  open: (environment) =>
    Promise.resolve(orderStoryData(environment, { messages: sized(size, 5_000, 500) })),
});

/** The main use case: an order arrives, is handled and published, and only then deleted. */
export const orderStory = (size: Size): readonly Scenario[] => [
  story(size, 0, 4, 0.2),
  story(size, 10, 10, 0.06),
];
