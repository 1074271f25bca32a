import type { Scenario, Size } from '../scenario.js';
import { elastic, warmElastic } from './elastic.js';
import { grid } from './grid.js';
import { opentelemetry, warmOpentelemetry } from './opentelemetry.js';
import { orderStory } from './order-story.js';
import { processes } from './processes.js';
import { publishing } from './publishing.js';
import { fewKeys, manyKeys } from './slow-handlers.js';
import { sqsFastHandlers } from './sqs-fast-handlers.js';
import { sqsSlowHandlers } from './sqs-slow-handlers.js';
import { startingOnKafka, startingOnSqs } from './starting.js';
import { tinyMessages, warmTinyMessagesScenario } from './tiny-messages.js';
import { tracedBatches, warmTracedBatches } from './traced-batches.js';
import { unsampled, warmUnsampled } from './unsampled.js';

/** Every suite by its name, in the order in which they run. */
export const suites: Readonly<Record<string, (size: Size) => readonly Scenario[]>> = {
  kafka: (size) => [tinyMessages(size), warmTinyMessagesScenario(size)],
  elastic: (size) => [elastic(size), warmElastic(size)],
  opentelemetry: (size) => [opentelemetry(size), warmOpentelemetry(size)],
  unsampled: (size) => [unsampled(size), warmUnsampled(size)],
  batches: (size) => [tracedBatches(size), warmTracedBatches(size)],
  lanes: (size) => [manyKeys(size), fewKeys(size)],
  grid,
  'sqs-slow': (size) => [sqsSlowHandlers(size)],
  order: orderStory,
  sqs: sqsFastHandlers,
  publish: publishing,
  processes: (size) => [processes(size)],
  start: (size) => [startingOnKafka(size), startingOnSqs(size)],
};
