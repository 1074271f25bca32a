import type { KafkaRecord } from '../driver.js';
import type { OffsetLedger } from '../consume/offset-ledger.js';
import type { LetterPartition } from './dead-letter-partition.js';

/** A dead letter that is to be moved now. */
export interface Chosen {
  readonly partition: LetterPartition;
  /** The partition's at the time: with another one, somebody else may have moved the letter meanwhile. */
  readonly ledger: OffsetLedger;
  readonly record: KafkaRecord;
}
