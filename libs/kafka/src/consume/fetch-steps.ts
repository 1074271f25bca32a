import { setImmediate as turn } from 'node:timers/promises';
import type { KafkaRecord } from '../driver.js';
import type { CapacityWait } from './capacity-wait.js';

/**
 * A fetch returns thousands of records. Records that are delivered, run and released before the next ones are touched cost the
 * garbage collector little, and other work gets its turn on the event loop in between. A step is not larger than a typical batch:
 * further records would only wait.
 */
const AT_ONCE = 100;
/** How long records wait for capacity before their partition is paused, in milliseconds. Many heartbeats fit into it. */
const PATIENCE = 1_000;

/** What takes the rest of a fetch. */
export interface Steps {
  readonly take: (records: readonly KafkaRecord[]) => void;
  /** Whether the partition is still read. */
  readonly isWanted: () => boolean;
  readonly isFull: () => boolean;
  readonly capacityWait: CapacityWait;
}

/** The records that are delivered first. */
export const firstStep = (records: readonly KafkaRecord[]): readonly KafkaRecord[] =>
  records.length <= AT_ONCE ? records : records.slice(0, AT_ONCE);

/**
 * Delivers the records after the {@link firstStep}, step by step, as there is capacity for them. After {@link PATIENCE} the rest is
 * delivered regardless, since to fetch it again would cost more than to keep it.
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
