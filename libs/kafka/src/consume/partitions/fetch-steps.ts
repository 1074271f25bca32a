import { setImmediate as turn } from 'node:timers/promises';
import type { KafkaRecord } from '../../driver.js';
import type { CapacityWait } from './capacity-wait.js';

/**
 * How many records are delivered in one step. A fetch returns thousands of records. In small steps, records run and are released
 * before the next ones are decoded, which costs the garbage collector little. Other work gets its turn on the event loop between
 * the steps. Larger steps would not help, because records beyond a typical batch would only wait.
 */
const AT_ONCE = 100;
/**
 * How long the remaining records of a fetch wait for capacity, in milliseconds. After that, they are delivered, and their partition
 * is paused. This time is much shorter than a session timeout.
 */
const PATIENCE = 1_000;

/** Receives the remaining records from a fetch. */
export interface Steps {
  readonly take: (records: readonly KafkaRecord[]) => void;
  /** Returns whether the partition is still being read. */
  readonly isWanted: () => boolean;
  readonly isFull: () => boolean;
  readonly capacityWait: CapacityWait;
}

/** Returns the records from a fetch that are delivered first. */
export const firstStep = (records: readonly KafkaRecord[]): readonly KafkaRecord[] =>
  records.length <= AT_ONCE ? records : records.slice(0, AT_ONCE);

/**
 * Delivers the records that follow the {@link firstStep}, step by step, as capacity allows. After {@link PATIENCE}, delivers all
 * remaining records regardless of capacity, because fetching them again would cost more than keeping them.
 */
export async function takeRest(
  records: readonly KafkaRecord[],
  { take, isWanted, isFull, capacityWait }: Steps,
): Promise<void> {
  const patientUntil = performance.now() + PATIENCE;
  let taken = AT_ONCE;
  for (;;) {
    const patience = patientUntil - performance.now();
    if (isFull() && patience > 0) await capacityWait.wait(patience);
    else if (taken < records.length) await turn();
    if (taken >= records.length || !isWanted()) return;
    const next = isFull() ? records.length : taken + AT_ONCE;
    take(records.slice(taken, next));
    taken = next;
  }
}
