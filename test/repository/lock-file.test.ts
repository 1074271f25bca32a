import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { z } from 'zod';

const root = join(import.meta.dirname, '../..');
const Ranges = z.record(z.string(), z.string()).default({});
const Manifest = z.object({
  dependencies: Ranges,
  devDependencies: Ranges,
  optionalDependencies: Ranges,
});
const Lock = z.object({ packages: z.record(z.string(), Manifest) });

const read = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));

describe('The lock file', () => {
  const { packages } = Lock.parse(read('package-lock.json'));

  it('is of the dependencies that package.json names', () => {
    expect(packages['']).toEqual(Manifest.parse(read('package.json')));
  });

  it('has the binaries for every platform, so that an install has nothing to add', () => {
    const optional = Object.values(packages).flatMap((one) =>
      Object.keys(one.optionalDependencies),
    );

    const absent = optional.filter(
      (name) => !Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`)),
    );

    expect(optional).toContain('@swc/core-linux-x64-gnu');
    expect(absent).toEqual([]);
  });
});

/** Rewrites the lock file as npm does, unless it is told not to save. */
const npm = `#!/bin/sh
for word in "$@"; do [ "$word" != --no-save ] || exit 0; done
echo rewritten > package-lock.json
`;

describe('npm run setup', () => {
  let folder = '';

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'throughline-set-up-test-'));
    for (const file of ['package.json', 'package-lock.json'])
      copyFileSync(join(root, file), join(folder, file));
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/npm'), npm, { mode: 0o755 });
  });

  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('changes no tracked file of a fresh clone', () => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, 'tools/set-up.mjs')], {
      cwd: folder,
      env: { PATH: `${join(folder, 'bin')}${delimiter}${process.env.PATH ?? ''}` },
      encoding: 'utf8',
    });

    expect(stderr).toBe('Installing dependencies …\n');
    expect(status).toBe(0);
    for (const file of ['package.json', 'package-lock.json'])
      expect(readFileSync(join(folder, file), 'utf8')).toBe(readFileSync(join(root, file), 'utf8'));
  });
});
