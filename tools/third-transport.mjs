/**
 * A transport of somebody else: test/third-transport/app is built outside the repository against the tarball, and passes the
 * conformance suite with each tracer. By itself, with a tarball that is there: `node tools/third-transport.mjs dist/throughline-0.1.0.tgz`.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { closingLine } from './test-run/closing-line.reporter.js';

const root = resolve(import.meta.dirname, '..');
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const TRACERS = ['elastic', 'opentelemetry'];

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2023',
    lib: ['ES2024'],
    module: 'nodenext',
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    experimentalDecorators: true,
    emitDecoratorMetadata: true,
    skipLibCheck: true,
    rootDir: 'src',
    outDir: 'dist',
  },
  include: ['src'],
};

async function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const [[status], ...output] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { status, output: output.join('') };
}

async function runOrThrow(command, args, options) {
  const { status, output } = await run(command, args, options);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`);
  return output;
}

/** An application in a directory of its own: its peers are those of the repository, so that nothing is downloaded. */
async function layOut(folder, tarball) {
  const app = join(folder, 'app');
  const installed = join(app, 'node_modules/throughline');
  mkdirSync(installed, { recursive: true });
  await runOrThrow('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  cpSync(join(root, 'test/third-transport/app'), join(app, 'src'), { recursive: true });
  const manifest = { name: 'ledger', version: '1.0.0', type: 'module', private: true };
  writeFileSync(join(app, 'package.json'), JSON.stringify(manifest));
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  await runOrThrow(process.execPath, [tsc, '-p', app]);
  return app;
}

const countIn = (output, word) =>
  Number(new RegExp(`^(?:#|ℹ) ${word} (\\d+)$`, 'm').exec(output)?.[1] ?? 0);

async function runSuite(app, tracer) {
  const args = ['--test', '--test-reporter=spec', 'dist/suite.js'];
  const env = { ...process.env, TRACER: tracer };
  const { status, output } = await run(process.execPath, args, { cwd: app, env });
  const passed = countIn(output, 'pass');
  const failed = countIn(output, 'fail') + countIn(output, 'cancelled');
  if (status !== 0 || passed === 0) console.error(output);
  return { passed, failed: status !== 0 && failed === 0 ? 1 : failed };
}

/** Builds and packs the library; resolves with the tarball's path, which is the last line of that. */
async function pack() {
  const output = await runOrThrow('npm', ['run', '--silent', 'package'], { cwd: root });
  return output.trim().split('\n').at(-1);
}

/** Resolves with the totals; what cannot even be built has failed once. */
export async function runThirdTransport(tarball) {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-third-'));
  try {
    const app = await layOut(folder, tarball ?? (await pack()));
    const totals = { passed: 0, failed: 0 };
    for (const tracer of TRACERS) {
      const { passed, failed } = await runSuite(app, tracer);
      console.log(`a third transport, ${tracer}: ${closingLine({ passed, failed })}`);
      totals.passed += passed;
      totals.failed += failed;
    }
    return totals;
  } catch (error) {
    console.error(error);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  const { failed } = await runThirdTransport(process.argv[2]);
  process.exitCode = failed === 0 ? 0 : 1;
}
