import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elasticMqJars, kafkaJars, registryJars } from './java/jar-sets.js';
import { realBrokers } from './real-brokers.js';

describe('real brokers without Docker', () => {
  const before = { path: process.env.PATH, cache: process.env.THROUGHLINE_CACHE };
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-real-brokers-test-'));
    const [bin, cache] = [join(folder, 'bin'), join(folder, 'cache')];
    await mkdir(bin);
    await writeFile(join(bin, 'java'), '#!/bin/sh\necho \'openjdk version "21"\'\n');
    await chmod(join(bin, 'java'), 0o755);
    for (const jars of [kafkaJars('4.1.0'), elasticMqJars, registryJars])
      await mkdir(join(cache, jars.folder), { recursive: true });
    process.env.PATH = bin;
    process.env.THROUGHLINE_CACHE = cache;
  });

  afterEach(async () => {
    process.env.PATH = before.path;
    if (before.cache === undefined) delete process.env.THROUGHLINE_CACHE;
    else process.env.THROUGHLINE_CACHE = before.cache;
    await rm(folder, { recursive: true, force: true });
  });

  it('are missing where Redis is, even if Kafka and ElasticMQ could run', async () => {
    const brokers = await realBrokers({ prefer: 'java', version: '4.1.0' });

    expect(brokers).toEqual({
      missing: expect.stringMatching(/redis-server.*, and docker is not installed/) as unknown,
    });
  });

  it.each([kafkaJars('4.1.0'), elasticMqJars, registryJars])(
    'are missing where $title is neither in the cache nor can be downloaded',
    async ({ folder: jars }) => {
      await writeFile(join(folder, 'bin', 'redis-server'), '#!/bin/sh\n');
      await chmod(join(folder, 'bin', 'redis-server'), 0o755);
      await rm(join(folder, 'cache', jars), { recursive: true });

      expect(await realBrokers({ prefer: 'java', version: '4.1.0' })).toEqual({
        missing: expect.stringContaining('mvn is not on the PATH') as unknown,
      });
    },
  );

  it('are there where Redis can be had as well', async () => {
    await writeFile(join(folder, 'bin', 'redis-server'), '#!/bin/sh\n');
    await chmod(join(folder, 'bin', 'redis-server'), 0o755);

    expect(await realBrokers({ prefer: 'java', version: '4.1.0' })).toBe('java');
  });

  it('need Maven for a version of Kafka that has not been downloaded', async () => {
    const brokers = await realBrokers({ prefer: 'java', version: '4.4.0' });

    expect(brokers).toEqual({
      missing: expect.stringContaining('mvn is not on the PATH') as unknown,
    });
  });
});
