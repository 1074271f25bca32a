import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { runTsc } from '../support/programs/run-tsc.js';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** The compiler runs twice, beside other tests. */
jest.setTimeout(300_000);

const CLIENTS =
  /node_modules\/(@aws-sdk|@smithy|kafkajs|redis|@redis|elastic-apm-node|@opentelemetry|fauxqs|zod)\//;
const TEST_CODE = /\/libs\/(conformance|testing|recorder)\/|\.(test|fixture|suite)\.[jt]s$/;

/** What a process has loaded that imports this, from source. */
async function loadedBy(code: string): Promise<readonly string[]> {
  const hooks = ['./tools/typescript.mjs', './test/support/programs/record-loads.mjs'];
  const { stdout } = await run(
    process.execPath,
    [...hooks.flatMap((hook) => ['--import', hook]), '--input-type=module', '--eval', code],
    { cwd: root },
  );
  return z.array(z.string()).parse(JSON.parse(stdout));
}

const SCHEMA = `{ '~standard': { version: 1, vendor: 'own', validate: (value) => ({ value }) } }`;

describe('a production import', () => {
  it.each([
    ['queue', 'throughline/sqs'],
    ['topic', 'throughline/kafka'],
  ])('loads no client and no test code for %s of %s', async (factory, room) => {
    const code = `import { ${factory} } from '${room}'; ${factory}('orders', { schema: ${SCHEMA} });`;

    const loaded = await loadedBy(code);

    expect(loaded.filter((url) => url.includes('/libs/')).length).toBeGreaterThan(5);
    expect(loaded.filter((url) => CLIENTS.test(url))).toEqual([]);
    expect(loaded.filter((url) => TEST_CODE.test(url))).toEqual([]);
  });

  it('loads no client and no test code for an application without a broker', async () => {
    const loaded = await loadedBy("import 'throughline';");

    expect(loaded.filter((url) => CLIENTS.test(url))).toEqual([]);
    expect(loaded.filter((url) => TEST_CODE.test(url))).toEqual([]);
  });
});

/** What everyone has installed who declares channels: no client. */
const INSTALLED = ['@nestjs/common', 'rxjs', 'reflect-metadata', '@standard-schema/spec'];

const CHANNELS = `
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { queue } from 'throughline/sqs';
import { topic } from 'throughline/kafka';

interface Order { readonly order_id: string }

const schema: StandardSchemaV1<unknown, Order> = {
  '~standard': { version: 1, vendor: 'own', validate: (value) => ({ value: value as Order }) },
};

export const newOrders = queue('my-order-queue', { schema });
export const orderEvents = topic('order_events', { schema, key: (order) => order.order_id });
// @ts-expect-error an order has no such field
topic('order_events', { schema, key: (order) => order.nope });
`;

const COMPILER = {
  target: 'ES2023',
  lib: ['ES2024'],
  module: 'nodenext',
  strict: true,
  types: ['node'],
};

/** The package.json of what is published. */
async function publishedManifest(): Promise<string> {
  const code = `
    import { manifestOf } from './tools/package-manifest.mjs';
    import own from './package.json' with { type: 'json' };
    console.log(JSON.stringify(manifestOf(own)));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: root,
  });
  return stdout;
}

describe('a file with channels', () => {
  let folder = '';

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const write = (path: string, content: unknown): string => {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };

  it('compiles with skipLibCheck: false where no client is installed', async () => {
    folder = mkdtempSync(join(tmpdir(), 'throughline-channels-'));
    // The declarations as the package has them.
    const ofPackage = write('declarations/tsconfig.json', {
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        rootDir: root,
        outDir: join(folder, 'app/node_modules/throughline'),
        tsBuildInfoFile: join(folder, 'declarations/buildinfo'),
        emitDeclarationOnly: true,
        typeRoots: [join(root, 'node_modules/@types')],
      },
      files: ['sqs', 'kafka'].map((room) => join(root, `libs/${room}/src/index.ts`)),
      include: [],
    });
    write('app/node_modules/throughline/package.json', await publishedManifest());
    for (const name of [...INSTALLED, '@types/node', 'undici-types']) {
      const link = join(folder, 'app/node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), link, 'dir');
    }
    write('app/package.json', { name: 'app', type: 'module' });
    write('app/order.channels.ts', CHANNELS);
    const ofApp = write('app/tsconfig.json', {
      compilerOptions: { ...COMPILER, noEmit: true, skipLibCheck: false },
      files: ['order.channels.ts'],
    });

    expect(await runTsc(ofPackage)).toBe('');
    expect(await runTsc(ofApp)).toBe('');
  });
});
