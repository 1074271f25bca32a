import type { Row } from '../row.js';
import { batchHandler } from './batch-handler.js';
import { brokerKilled } from './broker-killed.js';
import { crashOutOfOrder } from './crash-out-of-order.js';
import { credentialsAway } from './credentials-away.js';
import { deadLettersAway } from './dead-letters-away.js';
import { drainDeadline } from './drain-deadline.js';
import { failingEntries } from './failing-entries.js';
import { fifoFirstFails } from './fifo-first-fails.js';
import { heartbeatFails } from './heartbeat-fails.js';
import { frozenProcess } from './frozen-process.js';
import { fullAttributes } from './full-attributes.js';
import { hotKey } from './hot-key.js';
import { kafkaDownOrdersArrive } from './kafka-down-orders-arrive.js';
import { idleService } from './idle-service.js';
import { killInHandler } from './kill-in-handler.js';
import { killsInARow } from './kills-in-a-row.js';
import { longHandler } from './long-handler.js';
import { halfOpen, latency, oneWay, resets } from './network.js';
import { nodeKilled } from './node-killed.js';
import { onceKill } from './once-kill.js';
import { oncePartialDelete } from './once-partial-delete.js';
import { partialDelete } from './partial-delete.js';
import { poisonThenKill } from './poison-then-kill.js';
import { poison } from './poison.js';
import { rebalanceStorm } from './rebalance-storm.js';
import { revokeDuringHandler } from './revoke-during-handler.js';
import { sigtermSlowHandlers } from './sigterm-slow-handlers.js';
import { slowSink } from './slow-sink.js';
import { storeDownProcess, storeDownRetry } from './store-down.js';
import { tracerDown } from './tracer-down.js';

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
  nodeKilled,
  brokerKilled,
  kafkaDownOrdersArrive,
  latency,
  resets,
  halfOpen,
  oneWay,
  longHandler,
  heartbeatFails,
  frozenProcess,
  partialDelete,
  failingEntries,
  credentialsAway,
  poison,
  poisonThenKill,
  fifoFirstFails,
  deadLettersAway,
  crashOutOfOrder,
  hotKey,
  tracerDown,
  fullAttributes,
  slowSink,
  onceKill,
  oncePartialDelete,
  storeDownRetry,
  storeDownProcess,
];
