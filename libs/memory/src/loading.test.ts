import { describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const TYPESCRIPT = new URL('../../../tools/typescript.mjs', import.meta.url).href;

/** Prints the address of every module that is loaded. */
const PROGRAM = `
import { registerHooks } from 'node:module';
registerHooks({
  load: (url, context, next) => {
    console.log(url);
    return next(url, context);
  },
});
const { memory } = await import('throughline/memory');
await memory().open({ name: 'shop', suppress: (call) => call(), health: {} });
`;

describe('throughline/memory', () => {
  it('loads no client of a broker, no driver, and no test code', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...['--conditions=@throughline/source', '--import', TYPESCRIPT],
      ...['--input-type=module', '--eval', PROGRAM],
    ]);
    const loaded = stdout.split('\n');

    expect(loaded.some((url) => url.endsWith('libs/memory/src/connection.ts'))).toBe(true);
    expect(loaded.some((url) => url.endsWith('libs/sqs/src/channel.ts'))).toBe(true);
    const unwanted = /kafkajs|@aws-sdk|\/drivers\/(?!murmur2)|libs\/(conformance|testing|core)\//;
    expect(loaded.filter((url) => unwanted.test(url))).toEqual([]);
  });
});
