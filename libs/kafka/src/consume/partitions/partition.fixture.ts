import { Partition } from './partition.js';
import { OffsetLedger } from '../progress/offset-ledger.js';

/** A partition of the topic `orders` that is read from an offset on, in a log that nobody knows. */
export function aPartition(number = 0, offset = 0): Partition {
  return new Partition({
    id: { topic: 'orders', partition: number },
    channel: 'orders',
    ledger: new OffsetLedger(offset),
    log: undefined,
  });
}
