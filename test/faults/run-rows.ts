import { reasonOf } from 'throughline';
import type { Kind } from './harness/kind.js';
import type { Stage } from './harness/stage.js';
import type { RowResult } from './harness/verdict.js';
import type { Row } from './row.js';

/** Most rows wait more than they work, so some of them run side by side. */
const SIDE_BY_SIDE = 5;

interface Turn {
  readonly row: Row;
  readonly kind: Kind;
}

/** Runs all rows on all their brokers: first those that share the brokers, then those that need them alone. */
export async function runRows(
  rows: readonly Row[],
  stage: Stage,
  tell: (line: string) => void,
): Promise<readonly RowResult[]> {
  const turns = rows.flatMap((row) => {
    const kinds = stage.length === 'short' ? (row.inShort ?? row.kinds) : row.kinds;
    return kinds.map((kind) => ({ row, kind }));
  });
  const results = new Map<Turn, RowResult>();
  const runAll = async (some: Iterator<Turn> & Iterable<Turn>): Promise<void> => {
    for (const turn of some) {
      const began = performance.now();
      const result = await runTurn(turn, stage);
      results.set(turn, result);
      const seconds = ((performance.now() - began) / 1_000).toFixed(1);
      const mark = result.failures.length === 0 ? '✓' : '✗';
      tell(`${mark} ${result.fault}, ${turn.kind} (${seconds} s) ${result.failures.join('; ')}`);
    }
  };
  const thatRun = (runs: Row['runs']): readonly Turn[] =>
    turns.filter(({ row }) => (row.runs ?? 'shared') === runs);
  const shared = thatRun('shared').values();
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, () => runAll(shared)));
  const byBroker = Map.groupBy(thatRun('takes its broker'), ({ kind }) => kind === 'kafka');
  await Promise.all([...byBroker.values()].map((ofBroker) => runAll(ofBroker.values())));
  await runAll(thatRun('alone').values());
  return turns.flatMap((turn) => results.get(turn) ?? []);
}

/** A row that cannot be played to its end has failed. */
async function runTurn({ row, kind }: Turn, stage: Stage): Promise<RowResult> {
  try {
    return await row.run(stage, kind);
  } catch (error) {
    return {
      fault: row.fault,
      broker: kind,
      messages: 0,
      lost: 0,
      duplicates: 0,
      duplicatesAllowed: 0,
      outOfOrder: 0,
      recoveredMs: 0,
      notes: [],
      failures: [`not played to its end: ${reasonOf(error)}`],
    };
  }
}
