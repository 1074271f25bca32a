import { describe, expect, it } from '@jest/globals';
import type { Row } from '../row.js';
import type { BrokerName, Kind } from './kind.js';
import { playTurns, type Turn } from './schedule.js';

const row = (fault: string, needs: Pick<Row, 'uses' | 'takes'> = {}): Row => ({
  fault,
  kinds: ['kafka'],
  run: () => Promise.reject(new Error('A schedule does not play by itself.')),
  ...needs,
});
const turn = (fault: string, kind: Kind, ...takes: readonly BrokerName[]): Turn => ({
  row: row(fault, { takes: () => takes }),
  kind,
});

/** What was at play whenever a turn began, its own name last. */
async function scenesOf(turns: readonly Turn[], sideBySide: number): Promise<readonly string[]> {
  const atPlay: string[] = [];
  const scenes: string[] = [];
  await playTurns(turns, sideBySide, async ({ row: { fault } }) => {
    atPlay.push(fault);
    scenes.push(atPlay.join(' '));
    await new Promise(setImmediate);
    atPlay.splice(atPlay.indexOf(fault), 1);
  });
  return scenes;
}

describe('the schedule of the fault suite', () => {
  it('plays side by side what shares a broker, as many as it may', async () => {
    const turns = ['a', 'b', 'c'].map((name) => turn(name, 'kafka'));

    expect(await scenesOf(turns, 2)).toEqual(['a', 'a b', 'b c']);
  });

  it('leaves a broker that is taken to whoever takes it', async () => {
    const turns = [turn('takes', 'kafka', 'kafka'), turn('shares', 'kafka')];

    expect(await scenesOf(turns, 9)).toEqual(['shares', 'takes']);
  });

  it('plays those that do without the broker meanwhile', async () => {
    const turns = [turn('queue', 'sqs'), turn('fifo', 'fifo'), turn('takes', 'kafka', 'kafka')];

    expect(await scenesOf(turns, 9)).toEqual(['takes', 'takes queue', 'takes queue fifo']);
  });

  it('takes a broker from a row that uses it besides its own', async () => {
    const both: Turn = { row: row('both', { uses: () => ['kafka', 'sqs'] }), kind: 'kafka' };

    expect(await scenesOf([both, turn('takes', 'sqs', 'sqs')], 9)).toEqual(['both', 'takes']);
  });

  it('ends with the first error', async () => {
    const played = playTurns([turn('a', 'kafka')], 2, () => Promise.reject(new Error('broken')));

    await expect(played).rejects.toThrow('broken');
  });
});
