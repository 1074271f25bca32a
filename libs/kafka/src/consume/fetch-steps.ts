import { setImmediate as turn } from 'node:timers/promises';
import type { KafkaRecord } from '../driver.js';
import type { CapacityWait } from './capacity-wait.js';

/**
 * Of the thousands that a fetch brings: what is handed over, run and forgotten before the next is looked at costs the collector
 * little, and whatever else waits for the event loop has its turn in between. No more than a batch usually takes: what lines up
 * behind it would only grow old.
 */
const AT_ONCE = 100;
/** How long they wait for room before their partition is paused, in milliseconds: many heartbeats fit into it. */
const PATIENCE = 1_000;

/** Where the records of one fetch go. */
export interface Steps {
  readonly take: (records: readonly KafkaRecord[]) => void;
  /** Whether they are still wanted. */
  readonly isWanted: () => boolean;
  readonly isFull: () => boolean;
  readonly capacityWait: CapacityWait;
}

/**
 * Hands records over step by step, as there is room for them; what has waited long enough is handed over all the same, since
 * to fetch it again would cost more than to keep it. A promise where there is something to wait for.
 */
export function takeInSteps(
  records: readonly KafkaRecord[],
  steps: Steps,
): Promise<void> | undefined {
  const isAll = records.length <= AT_ONCE;
  steps.take(isAll ? records : records.slice(0, AT_ONCE));
  return isAll && !steps.isFull() ? undefined : takeRest(records, steps);
}

async function takeRest(
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
