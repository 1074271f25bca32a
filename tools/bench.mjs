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

/** Only the bench depends on the peers, so they have their own manifest and lock file. */
function installPeers() {
  const marker = join(peers, 'node_modules/.package-lock.json');
  const lock = join(peers, 'package-lock.json');
  if (existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs - 1) return;
  console.error('Installing the peers …');
  // Their peer dependencies, Nest and the SDK, are those of the repository.
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

/** Compiles as the build does, without checking types, because the peers may not be installed where types are checked. */
function compile() {
  rmSync(target, { recursive: true, force: true });
  const files = globSync('**/*.ts', { cwd: source, exclude: ['**/node_modules/**'] }).filter(
    (file) => !/\.(test|fixture|suite|d)\.ts$/.test(file),
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
  console.error('dist/libs is empty. Run npm run build first.');
  process.exit(1);
}
process.chdir(root);
installPeers();
compile();
await import(pathToFileURL(join(target, 'main.js')).href);
