import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { brokersCommand } from './brokers-command.js';

describe('brokers, with a Docker daemon', () => {
  const path = process.env.PATH;
  let root: string;
  let printed: string[];
  let told: string[];

  const run = (...words: readonly string[]): Promise<number> =>
    brokersCommand(words, {
      root,
      print: (line) => void printed.push(line),
      tell: (line) => void told.push(line),
      signal: new AbortController().signal,
    });

  /** Puts a program called docker in front of the PATH; it notes what it is asked. */
  const dockerIs = async (script: string): Promise<void> => {
    const docker = join(root, 'bin', 'docker');
    await writeFile(docker, `#!/bin/sh\necho "$@" >> ${join(root, 'asked')}\n${script}\n`);
    await chmod(docker, 0o755);
  };
  const asked = async (): Promise<readonly string[]> =>
    (await readFile(join(root, 'asked'), 'utf8')).trimEnd().split('\n');

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'throughline-command-test-'));
    await mkdir(join(root, 'bin'));
    process.env.PATH = `${join(root, 'bin')}${delimiter}${path ?? ''}`;
    [printed, told] = [[], []];
  });
  afterEach(async () => {
    process.env.PATH = path;
    await rm(root, { recursive: true });
  });

  it('up waits for the containers and prints only what a shell can evaluate', async () => {
    await dockerIs('echo chatter');

    const code = await run('up');

    expect(code).toBe(0);
    expect((await asked()).at(-1)).toBe('compose up --detach --wait');
    expect(printed).toEqual([
      'export KAFKA_BROKERS=127.0.0.1:9092',
      'export AWS_ENDPOINT_URL_SQS=http://127.0.0.1:9324',
      'export AWS_REGION=us-east-1',
      'export AWS_ACCESS_KEY_ID=local',
      'export AWS_SECRET_ACCESS_KEY=local',
      'export CREATE_MISSING=true',
    ]);
  });

  it('up says what Docker said when it fails, and prints nothing to evaluate', async () => {
    await dockerIs('[ "$2" != up ] || { echo port is already allocated; exit 1; }');

    const code = await run('up');

    expect(code).toBe(1);
    expect(printed).toEqual([]);
    expect(told.join('\n')).toMatch(/TL_BROKERS_DOCKER_FAILED.*port is already allocated/s);
  });

  it('down ends the containers, those of the Elastic stack too', async () => {
    await dockerIs('exit 0');

    const code = await run('down');

    expect(code).toBe(0);
    expect((await asked()).at(-1)).toBe('compose --profile elastic down');
  });

  it.each([[], ['UP'], ['up', 'down'], ['constructor']])(
    '%j is answered by the usage',
    async (...words) => {
      const code = await run(...words);

      expect(code).toBe(2);
      expect(told.join('\n')).toContain('Usage: npm run brokers -- up | down | status');
      expect(printed).toEqual([]);
    },
  );
});

describe('tools/brokers.mjs', () => {
  it('runs on plain Node, without a build', () => {
    const script = join(import.meta.dirname, '../../brokers.mjs');

    const { status, stdout, stderr } = spawnSync(process.execPath, [script, 'sideways'], {
      encoding: 'utf8',
    });

    expect(stderr).toContain('Usage: npm run brokers -- up | down | status');
    expect(stdout).toBe('');
    expect(status).toBe(2);
  });
});
