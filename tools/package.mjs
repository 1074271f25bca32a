/**
 * `npm run package`, after the build: creates the published package in `dist/package`, and packs it. The root's package.json is that of
 * the order service, so the package has its own manifest.
 */
import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { manifestOf } from './package-manifest.mjs';

const root = resolve(import.meta.dirname, '..');
const target = join(root, 'dist/package');
const COMPILED = /(\.d\.ts|\.js|\.js\.map)$/;

/** The source of a compiled file. Without one, the file is from an earlier build. */
const sourceOf = (path) => join(root, path.replace(COMPILED, '.ts'));

/** A map that carries its source, which is not published beside it. */
function withSource(path) {
  const source = sourceOf(path);
  const map = JSON.parse(readFileSync(join(root, 'dist', path), 'utf8'));
  const sources = { sources: [basename(source)], sourcesContent: [readFileSync(source, 'utf8')] };
  return JSON.stringify({ ...map, ...sources });
}

function place(path) {
  const to = join(target, path);
  mkdirSync(dirname(to), { recursive: true });
  if (path.endsWith('.map')) writeFileSync(to, withSource(path));
  else copyFileSync(join(root, 'dist', path), to);
}

const compiled = globSync('libs/*/src/**/*', { cwd: join(root, 'dist') })
  .filter((path) => COMPILED.test(path))
  .filter((path) => existsSync(sourceOf(path)));
if (compiled.length === 0) {
  console.error('dist/libs is empty. Run npm run build first.');
  process.exit(1);
}

rmSync(target, { recursive: true, force: true });
compiled.forEach(place);
for (const file of ['README.md', 'LICENSE']) copyFileSync(join(root, file), join(target, file));
const manifest = manifestOf(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);

const packing = spawnSync('npm', ['pack', '--silent', '--pack-destination', '..'], {
  cwd: target,
  encoding: 'utf8',
  shell: process.platform === 'win32',
});
if (packing.status !== 0) {
  console.error(`npm pack failed:\n${packing.stderr}`);
  process.exit(1);
}
console.log(join(root, 'dist', packing.stdout.trim()));
