import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess } from './end-process.js';
import { oneAtATime } from './one-at-a-time.js';
import { readRecord, recordOf, stillRuns, writeRecord } from './process-record.js';

describe('the record of a process', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'throughline-record-test-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is read as it was written', () => {
    const file = join(folder, 'kafka', 'process.json');

    writeRecord(file, { pid: 17, startedAt: 'then' });

    expect(readRecord(file)).toEqual({ pid: 17, startedAt: 'then' });
    expect(readRecord(join(folder, 'none.json'))).toBeUndefined();
  });

  it.each([
    '',
    '{"pid":',
    '{"pid":"17","startedAt":"then"}',
    '{"pid":-1,"startedAt":"then"}',
    '[]',
    'null',
  ])('refuses %j with the name of the file', (text) => {
    const file = join(folder, 'process.json');
    writeFileSync(file, text);

    expect(() => readRecord(file)).toThrow(
      expect.objectContaining({
        code: 'TL_BROKERS_STATE_UNREADABLE',
        message: expect.stringContaining(file) as unknown,
      }),
    );
  });

  it('identifies a process by its start too: another one with the same pid is not ended', async () => {
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    await once(other, 'spawn');
    const own = recordOf(other.pid ?? 0);
    const earlier = { ...own, startedAt: 'another time' };

    await endProcess(earlier);
    expect(stillRuns(own)).toBe(true);
    expect(stillRuns(earlier)).toBe(false);

    await endProcess(own);
    expect(stillRuns(own)).toBe(false);
  });
});

describe('one command at a time', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'throughline-lock-test-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('refuses a second one while the first is running, and accepts it afterwards', async () => {
    await oneAtATime(folder, async () => {
      await expect(oneAtATime(folder, () => Promise.resolve())).rejects.toMatchObject({
        code: 'TL_BROKERS_BUSY',
        message: expect.stringContaining(String(process.pid)) as unknown,
      });
    });

    await expect(oneAtATime(folder, () => Promise.resolve('done'))).resolves.toBe('done');
  });

  it('takes over from one that was killed', async () => {
    writeRecord(join(folder, 'command.lock'), { pid: process.pid, startedAt: 'another time' });

    await expect(oneAtATime(folder, () => Promise.resolve('done'))).resolves.toBe('done');
  });
});
