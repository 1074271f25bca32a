import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { cacheFolder, fetchJars, isCached } from './jar-cache.js';
import { type JarSet, kafkaJars, pomOf } from './jar-sets.js';

const tiny: JarSet = {
  title: 'Tiny 1',
  folder: 'tiny-1',
  megabytes: 1,
  artifacts: [{ group: 'org.tiny', name: 'tiny', version: '1' }],
};

const archive: JarSet = {
  ...tiny,
  artifacts: [
    {
      group: 'org.tiny',
      name: 'tiny',
      version: '1',
      archive: { type: 'tar.gz', classifier: 'all' },
    },
  ],
};

/** What mvn does, as far as we rely on it: it fills the folder that it is told. */
const downloading =
  'for word in "$@"; do case $word in -DoutputDirectory=*) out=${word#*=};; esac; done; mkdir "$out"; echo jar > "$out/tiny.jar"';

describe('the cache of jars', () => {
  const before = { path: process.env.PATH, cache: process.env.THROUGHLINE_CACHE };
  let folder: string;
  let cache: string;

  /** Puts a program called mvn in front of the PATH. */
  const mavenIs = async (script: string): Promise<void> => {
    await writeFile(join(folder, 'bin', 'mvn'), `#!/bin/sh\n${script}\n`);
    await chmod(join(folder, 'bin', 'mvn'), 0o755);
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-cache-test-'));
    cache = join(folder, 'cache');
    await mkdir(join(folder, 'bin'));
    process.env.THROUGHLINE_CACHE = cache;
    process.env.PATH = `${join(folder, 'bin')}${delimiter}${before.path ?? ''}`;
  });

  afterEach(async () => {
    process.env.PATH = before.path;
    if (before.cache === undefined) delete process.env.THROUGHLINE_CACHE;
    else process.env.THROUGHLINE_CACHE = before.cache;
    await rm(folder, { recursive: true, force: true });
  });

  it('is where THROUGHLINE_CACHE says, or in the home folder', () => {
    expect(cacheFolder({ THROUGHLINE_CACHE: '/elsewhere' })).toBe('/elsewhere');
    expect(cacheFolder({ THROUGHLINE_CACHE: '' })).toBe(join(homedir(), '.cache', 'throughline'));
    expect(cacheFolder({})).toBe(join(homedir(), '.cache', 'throughline'));
  });

  it('fetches once, with one line, and keeps nothing but the jars', async () => {
    const lines: string[] = [];
    const tell = (line: string): void => void lines.push(line);
    await mavenIs(downloading);
    const first = await fetchJars(tiny, { tell });
    await mavenIs('exit 1');
    const second = await fetchJars(tiny, { tell });

    expect(first).toBe(join(cache, 'tiny-1', '*'));
    expect(second).toBe(first);
    expect(lines).toEqual(['Downloading Tiny 1 with Maven (once, about 1 MB) …']);
    expect(await readdir(cache, { recursive: true })).toEqual([
      'tiny-1',
      join('tiny-1', 'tiny.jar'),
    ]);
  });

  it('has nothing of a failed download, and reports the output of Maven', async () => {
    await mavenIs(`${downloading}; echo 'Could not resolve org.tiny:tiny'; exit 1`);

    await expect(fetchJars(tiny, { tell: () => undefined })).rejects.toMatchObject({
      code: 'TL_BROKERS_DOWNLOAD_FAILED',
      message: expect.stringContaining('Could not resolve org.tiny:tiny') as unknown,
    });
    expect(isCached(tiny)).toBe(false);
    expect(await readdir(cache)).toEqual([]);
  });

  it('serves two downloads at the same time with one folder', async () => {
    await mavenIs(downloading);

    const paths = await Promise.all([1, 2].map(() => fetchJars(tiny, { tell: () => undefined })));

    expect(new Set(paths)).toEqual(new Set([join(cache, 'tiny-1', '*')]));
    expect(await readdir(cache)).toEqual(['tiny-1']);
  });

  it('has the extracted files of an archive, and nothing that the archive depends on', async () => {
    await mavenIs(
      `echo "$@" > "$0.asked"; ${downloading}; mkdir "$out/lib"; echo jar > "$out/lib/part.jar"`,
    );

    await Promise.all([1, 2].map(() => fetchJars(archive, { tell: () => undefined })));

    expect(await readdir(join(cache, 'tiny-1'), { recursive: true })).toEqual(
      expect.arrayContaining(['tiny.jar', join('lib', 'part.jar')]),
    );
    expect(await readdir(cache)).toEqual(['tiny-1']);
    const asked = await readFile(join(folder, 'bin', 'mvn.asked'), 'utf8');
    expect(asked).toMatch(/--strict-checksums .*:unpack-dependencies .*-DexcludeTransitive=true/);
    expect(asked).not.toContain('mdep.unpack.includes');
  });

  it('removes what a killed download left, an hour later, and leaves a younger one alone', async () => {
    const longAgo = new Date(Date.now() - 3_700_000);
    await mkdir(join(cache, 'partial-old'), { recursive: true });
    await utimes(join(cache, 'partial-old'), longAgo, longAgo);
    await mkdir(join(cache, 'partial-young'));
    await mavenIs(downloading);

    await fetchJars(tiny, { tell: () => undefined });

    expect(await readdir(cache)).toEqual(['partial-young', 'tiny-1']);
  });

  it('reports that mvn is missing', async () => {
    process.env.PATH = join(folder, 'bin');

    await expect(fetchJars(tiny, { tell: () => undefined })).rejects.toMatchObject({
      code: 'TL_BROKERS_MAVEN_MISSING',
    });
  });

  it('stops Maven when it is aborted, and keeps nothing', async () => {
    const interruption = new AbortController();
    await mavenIs('exec sleep 60');

    const fetched = fetchJars(tiny, {
      signal: interruption.signal,
      tell: () => {
        setImmediate(() => {
          interruption.abort(new Error('Ctrl-C'));
        });
      },
    });

    await expect(fetched).rejects.toThrow('Ctrl-C');
    expect(await readdir(cache)).toEqual([]);
  });
});

describe('the jars of Kafka', () => {
  it('are in a folder of their own for each version', () => {
    expect(kafkaJars('4.1.0').folder).toBe('kafka-4.1.0');
    expect(kafkaJars('4.4.0').folder).toBe('kafka-4.4.0');
    expect(pomOf(kafkaJars('4.4.0'))).toContain(
      '<artifactId>kafka_2.13</artifactId><version>4.4.0</version>',
    );
  });
});

describe('the Maven project of a jar set', () => {
  it('depends on each artifact', () => {
    expect(pomOf(tiny)).toContain(
      '<dependency><groupId>org.tiny</groupId><artifactId>tiny</artifactId><version>1</version></dependency>',
    );
  });

  it('depends on an archive alone', () => {
    expect(pomOf(archive)).toContain(
      '<version>1</version><type>tar.gz</type><classifier>all</classifier><exclusions><exclusion><groupId>*</groupId><artifactId>*</artifactId></exclusion></exclusions></dependency>',
    );
  });
});
