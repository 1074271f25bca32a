import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePorts } from '#brokers';
import { z } from 'zod';
import { killPrograms, Program } from '../support/programs/program.js';

const root = join(import.meta.dirname, '../..');
const Manifest = z.object({ scripts: z.record(z.string(), z.string()) });

/** The test installs, builds and packs. It takes half a minute on an idle machine, and many times longer on a busy one. */
jest.setTimeout(1_200_000);

/** The README's code blocks by their title: a file's path, or the purpose of a command. */
const blocks = new Map(
  [
    ...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^```\w+ title=(\S+)\n(.*?)^```$/gms),
  ].map(([, title = '', text = '']) => [title, text]),
);

function block(title: string): string {
  const text = blocks.get(title);
  if (text === undefined) throw new Error(`The README has no block "title=${title}".`);
  return text;
}

/** The environment variables that npm needs to reach its registry: a proxy, a company's certificate. */
const NETWORK = /^(NODE_EXTRA_CA_CERTS|(https?|no)_proxy|npm_config_(registry|cafile|ca))$/i;

/** The environment of a reader's terminal, without the settings of this test run. */
const TERMINAL = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => NETWORK.test(name))),
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  npm_config_prefer_offline: 'true',
};

/** The time limit of a step. A step blocks this process, so Jest's own timeout cannot end it. */
const STEP_WITHIN_MS = 600_000;

function shell(script: string, cwd: string, more: Readonly<Record<string, string>> = {}): string {
  const { status, signal, stdout, stderr } = spawnSync('sh', ['-ec', script], {
    cwd,
    env: { ...TERMINAL, ...more },
    encoding: 'utf8',
    timeout: STEP_WITHIN_MS,
  });
  if (status === 0) return stdout;
  const how = signal === null ? `exit code ${status ?? 'unknown'}` : `ended by ${signal}`;
  throw new Error(`This failed (${how}):\n${script}\n${stdout}${stderr}`);
}

describe('The quick start of the README', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'throughline-readme-'));
  });

  afterEach(async () => {
    await killPrograms();
    rmSync(folder, { recursive: true, force: true });
  });

  const writeFiles = (): void => {
    for (const [title, text] of blocks) {
      if (!/\.\w+$/.test(title)) continue;
      mkdirSync(dirname(join(folder, title)), { recursive: true });
      writeFileSync(join(folder, title), text);
    }
  };

  /** Runs what `npm run traces` does, without npm, which does not forward signals everywhere. */
  const program = (command: string, env: Readonly<Record<string, string>>): Program => {
    const [, script = ''] = /^npm (?:run )?(\w+)/.exec(command) ?? [];
    const [, file] =
      /^node (\S+)$/.exec(
        Manifest.parse(JSON.parse(block('package.json'))).scripts[script] ?? '',
      ) ?? [];
    if (file === undefined) throw new Error(`"${command}" runs no file.`);
    return new Program([join(folder, file)], env);
  };

  it('works in a fresh directory as it stands', async () => {
    const THROUGHLINE = shell(`${block('package')}\nprintf %s "$THROUGHLINE"`, root);
    writeFiles();
    shell(block('install'), folder, { THROUGHLINE });
    shell(block('build'), folder);
    const [http = 0, apm = 0] = await freePorts(2);
    const env = {
      PORT: String(http),
      TRACES_PORT: String(apm),
      ELASTIC_APM_SERVER_URL: `http://127.0.0.1:${apm}`,
    };

    const traces = program(block('traces'), env);
    await traces.waitForLine(/Waiting for traces/);
    const service = program(block('start'), env);
    await service.waitForLine(/Listening on/);
    const answer = shell(block('send').replace('localhost:3000', `localhost:${http}`), folder);

    expect(JSON.parse(answer)).toEqual({ accepted: 'ORD-1' });
    await service.waitForLine(/Order ORD-1 is processed: 10 x Widget/);
    await traces.waitForLine(/✓ POST \/orders .*trace [0-9a-f]{32}/);
    await traces.waitForLine(/ └ Kafka RECEIVE from order_events +OrderAudit\.record/);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  });
});
