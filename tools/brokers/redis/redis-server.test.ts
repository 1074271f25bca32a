import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { constants } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { redisComplaint, redisServer } from './redis-server.js';

const linux = { platform: 'linux', arch: 'x64' };
const program = 'redis-server-6.2.6-v5-linux-amd64';
const told: string[] = [];
const tell = (line: string): void => void told.push(line);

/** What mvn does, as far as we rely on it: it unpacks the files that it is told into the folder that it is told. */
const unpacking = [
  'echo "$@" >> "$0.asked"',
  'for word in "$@"; do case $word in -DoutputDirectory=*) out=${word#*=};; -Dmdep.unpack.includes=*) file=${word#*=};; esac; done',
  '/bin/mkdir "$out"',
  'echo program > "$out/$file"',
].join('\n');

describe('a Redis server', () => {
  const before = { path: process.env.PATH, cache: process.env.THROUGHLINE_CACHE };
  let folder: string;

  /** Puts a program on the PATH, which has no others. */
  const has = async (name: string, script: string): Promise<void> => {
    await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'bin', name), 0o755);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-redis-server-test-'));
    await mkdir(join(folder, 'bin'));
    process.env.THROUGHLINE_CACHE = join(folder, 'cache');
    process.env.PATH = join(folder, 'bin');
    told.length = 0;
  });

  afterEach(async () => {
    process.env.PATH = before.path;
    if (before.cache === undefined) delete process.env.THROUGHLINE_CACHE;
    else process.env.THROUGHLINE_CACHE = before.cache;
    await rm(folder, { recursive: true, force: true });
  });

  it('is the one on the PATH', async () => {
    await has('redis-server', 'exit 0');

    expect(await redisServer({ tell }, linux)).toBe('redis-server');
    expect(await redisComplaint(linux)).toBeUndefined();
    expect(told).toEqual([]);
  });

  it('is fetched once where none is on the PATH, and can be executed', async () => {
    await has('mvn', unpacking);

    const first = await redisServer({ tell }, linux);
    await rm(join(folder, 'bin', 'mvn'));
    const second = await redisServer({ tell }, linux);

    expect([first, second]).toEqual(Array(2).fill(join(folder, 'cache', program, program)));
    await access(first, constants.X_OK);
    expect(await redisComplaint(linux)).toBeUndefined();
    expect(told).toEqual(['Downloading Redis 6.2 with Maven (once, about 12 MB) …']);
    expect(await readdir(join(folder, 'cache'))).toEqual([program]);
  });

  it('comes without the libraries that its artifact depends on', async () => {
    await has('mvn', unpacking);

    await redisServer({ tell }, linux);

    const asked = await readFile(join(folder, 'bin', 'mvn.asked'), 'utf8');
    expect(asked).toContain(`unpack-dependencies -Dmdep.unpack.includes=${program}`);
    expect(asked).toContain('-DexcludeTransitive=true');
  });

  it('is said to be missing where it can neither be found nor fetched', async () => {
    expect(await redisComplaint(linux)).toBe('neither redis-server nor mvn is on the PATH');
    await expect(redisServer({ tell }, linux)).rejects.toMatchObject({
      code: 'TL_BROKERS_MAVEN_MISSING',
    });
  });

  it('is said to be missing where no program fits the machine', async () => {
    const machine = { platform: 'linux', arch: 's390x' };
    await has('mvn', unpacking);

    expect(await redisComplaint(machine)).toContain('there is no download for linux on s390x');
    await expect(redisServer({ tell }, machine)).rejects.toMatchObject({
      code: 'TL_BROKERS_REDIS_MISSING',
      message: expect.stringContaining('linux on s390x') as unknown,
    });
  });
});
