import { describe, expect, it } from '@jest/globals';
import type { Row } from '../row.js';
import type { BrokerName, Target } from './target.js';
import { runScheduled, type ScheduledRow } from './schedule.js';

const row = (fault: string, needs: Pick<Row, 'uses' | 'takes'> = {}): Row => ({
  fault,
  targets: ['kafka'],
  run: () => Promise.reject(new Error('A schedule does not run rows by itself.')),
  ...needs,
});
const scheduled = (
  fault: string,
  target: Target,
  ...takes: readonly BrokerName[]
): ScheduledRow => ({
  row: row(fault, { takes: () => takes }),
  target,
});

/** The names of the running rows each time a row began, its own name last. */
async function runningAtEachStart(
  scheduledRows: readonly ScheduledRow[],
  concurrency: number,
): Promise<readonly string[]> {
  const running: string[] = [];
  const snapshots: string[] = [];
  await runScheduled(scheduledRows, concurrency, async ({ row: { fault } }) => {
    running.push(fault);
    snapshots.push(running.join(' '));
    await new Promise(setImmediate);
    running.splice(running.indexOf(fault), 1);
  });
  return snapshots;
}

describe('the schedule of the fault suite', () => {
  it('runs rows that share a broker side by side, up to the limit', async () => {
    const scheduledRows = ['a', 'b', 'c'].map((name) => scheduled(name, 'kafka'));

    expect(await runningAtEachStart(scheduledRows, 2)).toEqual(['a', 'a b', 'b c']);
  });

  it('shares no broker that a row takes exclusively', async () => {
    const scheduledRows = [scheduled('takes', 'kafka', 'kafka'), scheduled('shares', 'kafka')];

    expect(await runningAtEachStart(scheduledRows, 9)).toEqual(['shares', 'takes']);
  });

  it('meanwhile runs rows that do not need the broker', async () => {
    const scheduledRows = [
      scheduled('queue', 'sqs'),
      scheduled('fifo', 'fifo'),
      scheduled('takes', 'kafka', 'kafka'),
    ];

    expect(await runningAtEachStart(scheduledRows, 9)).toEqual([
      'takes',
      'takes queue',
      'takes queue fifo',
    ]);
  });

  it('takes a broker exclusively also from a row that uses it besides its own', async () => {
    const both: ScheduledRow = {
      row: row('both', { uses: () => ['kafka', 'sqs'] }),
      target: 'kafka',
    };

    expect(await runningAtEachStart([both, scheduled('takes', 'sqs', 'sqs')], 9)).toEqual([
      'both',
      'takes',
    ]);
  });

  it('ends with the first error', async () => {
    const done = runScheduled([scheduled('a', 'kafka')], 2, () =>
      Promise.reject(new Error('broken')),
    );

    await expect(done).rejects.toThrow('broken');
  });
});
