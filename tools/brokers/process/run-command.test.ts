import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { runCommand } from './run-command.js';

const TYPESCRIPT = new URL('../../typescript.mjs', import.meta.url).href;
const MODULE = new URL('run-command.ts', import.meta.url).href;

describe('a command', () => {
  it('is told by its exit code and its output', async () => {
    const result = await runCommand('/bin/sh', ['-c', 'echo done; exit 3']);

    expect(result).toEqual({ code: 3, found: true, output: 'done\n' });
  });

  it('that takes too long is ended', async () => {
    const result = await runCommand('/bin/sh', ['-c', 'exec sleep 600'], { timeoutMs: 10 });

    expect(result).toEqual({ code: undefined, found: true, output: '' });
  });

  it.each(['throughline-no-such-command', '/bin/true'])(
    '%s, with plenty of time, does not keep its process alive',
    (command) => {
      const script = `
        import { runCommand } from '${MODULE}';
        await runCommand('${command}', [], { timeoutMs: 600_000 });
        console.log('ended');
      `;

      const { status, stdout } = spawnSync(
        process.execPath,
        ['--import', TYPESCRIPT, '--input-type=module', '--eval', script],
        { encoding: 'utf8', timeout: 45_000 },
      );

      expect(stdout).toBe('ended\n');
      expect(status).toBe(0);
    },
  );
});
