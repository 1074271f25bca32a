import type { Scenario, Size } from '../scenario.js';
import { elastic, elasticLater } from './elastic.js';
import { grid } from './grid.js';
import { opentelemetry, opentelemetryLater } from './opentelemetry.js';
import { orderStory } from './order-story.js';
import { processes } from './processes.js';
import { publishing } from './publishing.js';
import { fewKeys, manyKeys } from './slow-handlers.js';
import { sqsFastHandlers } from './sqs-fast-handlers.js';
import { sqsSlowHandlers } from './sqs-slow-handlers.js';
import { startingOnKafka, startingOnSqs } from './starting.js';
import { tinyMessages, tinyMessagesLater } from './tiny-messages.js';
import { tracedBatches, tracedBatchesLater } from './traced-batches.js';
import { unsampled, unsampledLater } from './unsampled.js';

/** Every suite by its name, in the order in which they are played. */
export const suites: Readonly<Record<string, (size: Size) => readonly Scenario[]>> = {
  kafka: (size) => [tinyMessages(size), tinyMessagesLater(size)],
  elastic: (size) => [elastic(size), elasticLater(size)],
  opentelemetry: (size) => [opentelemetry(size), opentelemetryLater(size)],
  unsampled: (size) => [unsampled(size), unsampledLater(size)],
  batches: (size) => [tracedBatches(size), tracedBatchesLater(size)],
  lanes: (size) => [manyKeys(size), fewKeys(size)],
  grid,
  'sqs-slow': (size) => [sqsSlowHandlers(size)],
  order: orderStory,
  sqs: sqsFastHandlers,
  publish: publishing,
  processes: (size) => [processes(size)],
  start: (size) => [startingOnKafka(size), startingOnSqs(size)],
};
