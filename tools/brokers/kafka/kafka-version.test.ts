import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kafkaJars } from '../java/jar-sets.js';
import { kafkaRecipe } from './kafka.js';
import { kafkaVersion, kafkaVersions } from './kafka-version.js';

describe('the version of Kafka', () => {
  it('is 4.1.0 without a choice', () => {
    expect(kafkaVersion({}, {})).toBe('4.1.0');
    expect(kafkaVersion({}, { KAFKA_VERSION: '' })).toBe('4.1.0');
  });

  it('is the one of the run, unless the broker has one of its own', () => {
    expect(kafkaVersion({}, { KAFKA_VERSION: '4.4.0' })).toBe('4.4.0');
    expect(kafkaVersion({ version: '4.1.0' }, { KAFKA_VERSION: '4.4.0' })).toBe('4.1.0');
  });

  it('is refused if it is not known, with those that are', () => {
    expect(() => kafkaVersion({}, { KAFKA_VERSION: '3.9.1' })).toThrow(
      expect.objectContaining({
        code: 'TL_BROKERS_KAFKA_VERSION',
        message: expect.stringMatching(/^Kafka 3\.9\.1 .* 4\.1\.0 or 4\.4\.0\.$/) as unknown,
      }),
    );
  });
});

describe('a broker of a version', () => {
  const before = { ...process.env };
  let folder: string;
  let cache: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'throughline-kafka-version-test-'));
    const bin = join(folder, 'bin');
    cache = join(folder, 'cache');
    await mkdir(bin);
    await writeFile(join(bin, 'java'), '#!/bin/sh\necho \'openjdk version "21"\'\n');
    await chmod(join(bin, 'java'), 0o755);
    for (const version of kafkaVersions)
      await mkdir(join(cache, kafkaJars(version).folder), { recursive: true });
    // A data folder that exists is not formatted again.
    await mkdir(join(folder, 'broker', 'data'), { recursive: true });
    process.env.PATH = bin;
    process.env.THROUGHLINE_CACHE = cache;
  });

  afterEach(async () => {
    process.env = { ...before };
    await rm(folder, { recursive: true, force: true });
  });

  it('runs on the jars of its option', async () => {
    const { args } = await kafkaRecipe(9_092, join(folder, 'broker'), { version: '4.4.0' });

    expect(args).toContain(join(cache, 'kafka-4.4.0', '*'));
  });

  it('runs on the jars of the environment', async () => {
    process.env.KAFKA_VERSION = '4.4.0';

    const { args } = await kafkaRecipe(9_092, join(folder, 'broker'), {});

    expect(args).toContain(join(cache, 'kafka-4.4.0', '*'));
  });

  it('is refused before anything is prepared if there is no such version', async () => {
    process.env.KAFKA_VERSION = '4.2.0';

    await expect(kafkaRecipe(9_092, join(folder, 'broker'), {})).rejects.toMatchObject({
      code: 'TL_BROKERS_KAFKA_VERSION',
    });
  });
});
