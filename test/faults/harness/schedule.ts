import type { Row } from '../row.js';
import { brokerOf, type BrokerName, type Target } from './target.js';

/** A row on one of its targets. */
export interface ScheduledRow {
  readonly row: Row;
  readonly target: Target;
}

const takenBy = ({ row, target }: ScheduledRow): readonly BrokerName[] => row.takes?.(target) ?? [];
const usedBy = ({ row, target }: ScheduledRow): readonly BrokerName[] =>
  row.uses?.(target) ?? [brokerOf(target)];

/** Which rows use which brokers now. */
class Brokers {
  readonly #running = new Set<ScheduledRow>();

  /** A broker is either shared, or used by one row exclusively. */
  areFreeFor(scheduled: ScheduledRow): boolean {
    const [takes, uses] = [takenBy(scheduled), usedBy(scheduled)];
    return [...this.#running].every(
      (other) =>
        !takenBy(other).some((broker) => takes.includes(broker) || uses.includes(broker)) &&
        !usedBy(other).some((broker) => takes.includes(broker)),
    );
  }

  async during(scheduled: ScheduledRow, run: () => Promise<void>): Promise<void> {
    this.#running.add(scheduled);
    try {
      await run();
    } finally {
      this.#running.delete(scheduled);
    }
  }
}

/**
 * Rows that share Kafka run first. Rows that take it exclusively follow, beside those that do not need it, and rows that take SQS
 * run last. So a row seldom waits for a broker, and few rows use a Kafka that has just restarted.
 */
const rankOf = (scheduled: ScheduledRow): number => {
  const [takes, uses] = [takenBy(scheduled), usedBy(scheduled)];
  if (takes.includes('kafka')) return uses.includes('sqs') ? 1 : 2;
  if (takes.includes('sqs')) return 4;
  return uses.includes('kafka') ? 0 : 3;
};

/**
 * Runs every scheduled row, at most `concurrency` of them at a time.
 *
 * @throws the first error of `run`
 */
export async function runScheduled(
  scheduledRows: readonly ScheduledRow[],
  concurrency: number,
  run: (scheduled: ScheduledRow) => Promise<void>,
): Promise<void> {
  const waiting = scheduledRows.toSorted((a, b) => rankOf(a) - rankOf(b));
  const running = new Set<Promise<void>>();
  const brokers = new Brokers();
  while (waiting.length + running.size > 0) {
    const next = waiting.findIndex((scheduled) => brokers.areFreeFor(scheduled));
    if (next < 0 || running.size >= concurrency) {
      await Promise.race(running);
      continue;
    }
    const [scheduled] = waiting.splice(next, 1);
    if (scheduled === undefined) continue;
    const done = brokers
      .during(scheduled, () => run(scheduled))
      .finally(() => running.delete(done));
    running.add(done);
  }
}
