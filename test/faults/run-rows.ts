import { reasonOf } from '#base';
import { playTurns, type Turn } from './harness/schedule.js';
import type { Stage } from './harness/stage.js';
import type { RowResult } from './harness/verdict.js';
import type { Row } from './row.js';

/** Most rows wait more than they work, so some of them run side by side; in the longer forms they work more. */
const SIDE_BY_SIDE = [7, 5, 5] as const;

/** Runs all rows on all their brokers; the results are in the rows' order, whenever each was played. */
export async function runRows(
  rows: readonly Row[],
  stage: Stage,
  tell: (line: string) => void,
): Promise<readonly RowResult[]> {
  const turns = rows.flatMap((row) => turnsOf(row, stage));
  const results = new Map<Turn, RowResult>();
  await playTurns(turns, stage.pick(...SIDE_BY_SIDE), async (turn) => {
    const began = performance.now();
    const result = await runTurn(turn, stage);
    results.set(turn, result);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    const mark = result.failures.length === 0 ? '✓' : '✗';
    tell(`${mark} ${result.fault}, ${turn.kind} (${seconds} s) ${result.failures.join('; ')}`);
  });
  return turns.flatMap((turn) => results.get(turn) ?? []);
}

function turnsOf(row: Row, stage: Stage): readonly Turn[] {
  const { kinds, inShort = kinds, inNormal = kinds } = row;
  return stage.pick(inShort, inNormal, kinds).map((kind) => ({ row, kind }));
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
