import { fasterThan } from '../figures/goal.js';
import { orderRoad } from '../grounds/order-road.js';
import { sized, type Scenario, type Size } from '../scenario.js';

const LOOP = 'a straight loop';
const OURS = 'Throughline';

const story = (size: Size, handlerMs: number, atLeast: number, loopShare: number): Scenario => ({
  name: `the order story, handler of ${handlerMs} ms`,
  about: `SQS → a handler that waits ${handlerMs} ms → publish to Kafka → delete; Elastic, all sampled. The loop does one message after another.`,
  baseline: LOOP,
  entries: [
    {
      title: LOOP,
      contender: 'sdk-order-loop',
      choices: { handlerMs },
      agent: { sampleRate: 1 },
      share: loopShare,
    },
    {
      title: OURS,
      contender: 'throughline-order',
      choices: { handlerMs, tracer: 'elastic' },
      agent: { sampleRate: 1 },
    },
  ],
  goals: [fasterThan(OURS, LOOP, atLeast)],
  rounds: sized(size, 3, 1),
  sqs: 'counted',
  open: (stage) => Promise.resolve(orderRoad(stage, { messages: sized(size, 5_000, 500) })),
});

/** What the whole is for: an order comes, something is done, the world is told, and only then is it deleted. */
export const orderStory = (size: Size): readonly Scenario[] => [
  story(size, 0, 4, 0.2),
  story(size, 10, 10, 0.06),
];
