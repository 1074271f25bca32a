import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, watch } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Starts a process that hires a janitor for `folder`, which watches `pid`, and that then does nothing. */
const startParent = async (pid: number, folder: string): Promise<ReturnType<typeof spawn>> => {
  const janitor = pathToFileURL(join(import.meta.dirname, 'janitor.ts')).href;
  const program = `
    const { hireJanitor } = await import(${JSON.stringify(janitor)});
    hireJanitor([${JSON.stringify(folder)}]).watch(${pid});
    setInterval(() => {}, 60_000);
    process.stdout.write('hired');`;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  await once(parent.stdout, 'data');
  return parent;
};

const untilRemoved = (folder: string): Promise<void> =>
  new Promise((resolve) => {
    const watcher = watch(dirname(folder), () => {
      if (existsSync(folder)) return;
      watcher.close();
      resolve();
    });
  });

describe('the janitor', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-janitor-test-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'ends the broker and removes its folder after a %s of the process that started it',
    async (signal) => {
      const data = join(folder, 'data');
      await mkdir(data);
      const broker = spawn('sleep', ['60'], { stdio: 'ignore' });
      const ended = once(broker, 'exit');
      const removed = untilRemoved(data);
      const parent = await startParent(broker.pid ?? 0, data);

      parent.kill(signal);

      expect(await ended).toEqual([null, 'SIGKILL']);
      await removed;
      expect(existsSync(data)).toBe(false);
    },
  );
});
