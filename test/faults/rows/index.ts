import type { Row } from '../row.js';
import { abortingProducers } from './logs/aborting-producers.js';
import { batchHandler } from './crashes/batch-handler.js';
import { brokerEmptied } from './logs/broker-emptied.js';
import { brokerKilled } from './brokers/broker-killed.js';
import { crashOutOfOrder } from './crashes/crash-out-of-order.js';
import { credentialsUnavailable } from './sqs/credentials-unavailable.js';
import { deadLettersUnavailable } from './poison/dead-letters-unavailable.js';
import { driverChanged } from './members/driver-changed.js';
import { differentTopics } from './brokers/different-topics.js';
import { drainDeadline } from './crashes/drain-deadline.js';
import { failingEntries } from './sqs/failing-entries.js';
import { fifoFirstFails } from './sqs/fifo-first-fails.js';
import { heartbeatFails } from './sqs/heartbeat-fails.js';
import { frozenProcess } from './crashes/frozen-process.js';
import { fullAttributes } from './sqs/full-attributes.js';
import { hotKey } from './load/hot-key.js';
import { kafkaDownOrdersArrive } from './brokers/kafka-down-orders-arrive.js';
import { idleService } from './load/idle-service.js';
import { killInHandler } from './crashes/kill-in-handler.js';
import { killsInARow } from './crashes/kills-in-a-row.js';
import { longHandler } from './load/long-handler.js';
import { halfOpen, latency, oneWay, resets } from './brokers/network.js';
import { memberCutOff } from './brokers/member-cut-off.js';
import { nodeKilled } from './brokers/node-killed.js';
import { idempotentKill } from './idempotency/kill.js';
import { idempotentPartialDelete } from './idempotency/partial-delete.js';
import { offsetsResetWhileFrozen, offsetsResetWhileStopped } from './logs/offsets-reset.js';
import { oneTopicDeleted } from './logs/one-topic-deleted.js';
import { partialDelete } from './sqs/partial-delete.js';
import { poisonThenKill } from './poison/poison-then-kill.js';
import { poison } from './poison/poison.js';
import { rebalanceStorm } from './brokers/rebalance-storm.js';
import { registryUnavailable } from './brokers/registry-unavailable.js';
import { restartedOneByOne } from './members/restarted-one-by-one.js';
import { revokeDuringHandler } from './brokers/revoke-during-handler.js';
import { sigtermSlowHandlers } from './crashes/sigterm-slow-handlers.js';
import { slowSink } from './load/slow-sink.js';
import { storeDownProcess, storeDownRetry } from './idempotency/store-down.js';
import { topicRecreated } from './logs/topic-recreated.js';
import { tracerDown } from './load/tracer-down.js';

/** All rows, in the order of the table. */
export const rows: readonly Row[] = [
  killInHandler,
  killsInARow,
  batchHandler,
  idleService,
  sigtermSlowHandlers,
  drainDeadline,
  rebalanceStorm,
  revokeDuringHandler,
  restartedOneByOne,
  driverChanged,
  memberCutOff,
  differentTopics,
  topicRecreated,
  oneTopicDeleted,
  brokerEmptied,
  offsetsResetWhileFrozen,
  offsetsResetWhileStopped,
  abortingProducers,
  nodeKilled,
  brokerKilled,
  kafkaDownOrdersArrive,
  registryUnavailable,
  latency,
  resets,
  halfOpen,
  oneWay,
  longHandler,
  heartbeatFails,
  frozenProcess,
  partialDelete,
  failingEntries,
  credentialsUnavailable,
  poison,
  poisonThenKill,
  fifoFirstFails,
  deadLettersUnavailable,
  crashOutOfOrder,
  hotKey,
  tracerDown,
  fullAttributes,
  slowSink,
  idempotentKill,
  idempotentPartialDelete,
  storeDownRetry,
  storeDownProcess,
];
