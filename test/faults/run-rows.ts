import { reasonOf } from '#base';
import { runScheduled, type ScheduledRow } from './harness/schedule.js';
import type { Environment } from './harness/brokers/environment.js';
import type { Target } from './harness/target.js';
import type { RowResult } from './harness/ledger/result.js';
import type { Row } from './row.js';

/** Most rows mainly wait, so several run side by side. In the longer forms they have more work to do. */
const CONCURRENCY = [7, 5, 5] as const;

/** Runs all rows on all their targets. The results are in the order of the rows, not of the runs. */
export async function runRows(
  rows: readonly Row[],
  environment: Environment,
  report: (line: string) => void,
): Promise<readonly RowResult[]> {
  const scheduledRows = rows.flatMap((row) => scheduledRowsOf(row, environment));
  const results = new Map<ScheduledRow, RowResult>();
  await runScheduled(scheduledRows, environment.pick(...CONCURRENCY), async (scheduled) => {
    const began = performance.now();
    const result = await runOne(scheduled, environment);
    results.set(scheduled, result);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    const symbol = result.failures.length === 0 ? '✓' : '✗';
    report(
      `${symbol} ${result.fault}, ${scheduled.target} (${seconds} s) ${result.failures.join('; ')}`,
    );
  });
  return scheduledRows.flatMap((scheduled) => results.get(scheduled) ?? []);
}

function scheduledRowsOf(row: Row, environment: Environment): readonly ScheduledRow[] {
  const { targets, inShort = targets, inNormal = targets } = row;
  return environment.pick(inShort, inNormal, inLong(row)).map((target) => ({ row, target }));
}

function inLong({ targets, drivers = 'both' }: Row): readonly Target[] {
  const ofOneDriver = drivers === 'default' || !targets.includes('kafka');
  return ofOneDriver ? targets : [...new Set<Target>([...targets, 'platformatic'])];
}

/** A row that does not run to its end has failed. */
async function runOne({ row, target }: ScheduledRow, environment: Environment): Promise<RowResult> {
  try {
    return await row.run(environment, target);
  } catch (error) {
    return {
      fault: row.fault,
      broker: target,
      messages: 0,
      lost: 0,
      duplicates: 0,
      duplicatesAllowed: 0,
      outOfOrder: 0,
      recoveredMs: 0,
      remarks: [],
      failures: [`did not run to its end: ${reasonOf(error)}`],
    };
  }
}
