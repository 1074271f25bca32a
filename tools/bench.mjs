/** `npm run bench`, after the build: compiles the bench, installs its peers once, and runs it. See bench/main.ts. */
import { transformFileSync } from '@swc/core';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(import.meta.dirname, '..');
const source = join(root, 'bench');
const target = join(root, 'dist/bench');
const peers = join(source, 'peers');

/** Peers are no one's dependency but the bench's: they have a manifest and a lock of their own. */
function installPeers() {
  const marker = join(peers, 'node_modules/.package-lock.json');
  const lock = join(peers, 'package-lock.json');
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs - 1) return;
  console.error('Installing the peers …');
  // Their own peers, Nest and the SDK, are the repository's.
  const args = ['install', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', args, {
    cwd: peers,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm install failed in bench/peers; run it by hand to see why.');
    process.exit(1);
  }
}

/** As the build compiles everything else; but types are not checked, since peers may not be installed where they are. */
function compile() {
  rmSync(target, { recursive: true, force: true });
  const files = globSync('**/*.ts', { cwd: source, exclude: ['**/node_modules/**'] }).filter(
    (file) => !/\.(test|fixture|d)\.ts$/.test(file),
  );
  for (const file of files) {
    const { code } = transformFileSync(join(source, file), {
      jsc: {
        target: 'es2023',
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
      },
      module: { type: 'es6' },
      sourceMaps: 'inline',
    });
    const compiled = join(target, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(compiled), { recursive: true });
    writeFileSync(compiled, code);
  }
  symlinkSync(join(peers, 'node_modules'), join(target, 'peers/node_modules'), 'junction');
}

if (!existsSync(join(root, 'dist/libs/core/src/index.js'))) {
  console.error('There is nothing in dist/libs to be measured: run npm run build first.');
  process.exit(1);
}
process.chdir(root);
installPeers();
compile();
await import(pathToFileURL(join(target, 'main.js')).href);
