import { describe, expect, it } from '@jest/globals';
import { isObject } from '#base';

import { readBatches, BATCH_HEADER } from '../platformatic/consume/fetch/record-batch.js';
import { codecOf, loadCodec, type Codec } from './codecs.js';
import {
  batchOfJava,
  batchOfLibrdkafka,
  CODEC_NAMES,
  javaTexts,
  librdkafkaTexts,
} from './other-clients.fixture.js';

/** Reads the records of a batch with a codec. */
async function textsIn(batch: Buffer, { decompress }: Codec): Promise<readonly string[]> {
  const bytes = await decompress(batch.subarray(BATCH_HEADER));
  const [read] = readBatches(batch);
  const records = read?.records(0, () => bytes) ?? [];
  return records.map(({ value }) => Buffer.from(value ?? '').toString());
}

const notFound = (specifier: string): never => {
  throw new Error(`Cannot find module '${specifier}'`);
};

const errorOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe.each(CODEC_NAMES)('the codec %s', (name) => {
  it('reads what it has written', async () => {
    const { compress, decompress } = codecOf(name);
    const bytes = Buffer.from('a record '.repeat(20_000));

    const compressed = await compress(bytes);

    expect(compressed.length).toBeLessThan(bytes.length / 10);
    expect((await decompress(compressed)).equals(bytes)).toBe(true);
  });

  it('reads a batch of librdkafka', async () => {
    expect(await textsIn(batchOfLibrdkafka(name), codecOf(name))).toEqual(librdkafkaTexts);
  });

  it('rejects broken bytes', async () => {
    const broken = batchOfLibrdkafka(name).subarray(BATCH_HEADER).fill(0xff, 0, 12);

    await expect(codecOf(name).decompress(broken)).rejects.toMatchObject({
      message: expect.any(String) as unknown,
    });
  });
});

describe('the codec snappy', () => {
  it('reads the framing of Java clients', async () => {
    expect(await textsIn(batchOfJava(), codecOf('snappy'))).toEqual(javaTexts);
  });

  it('rejects a frame whose last block is incomplete', async () => {
    const cut = batchOfJava().subarray(BATCH_HEADER, -5);

    await expect(codecOf('snappy').decompress(cut)).rejects.toThrow('incomplete');
  });
});

describe('a missing codec', () => {
  it.each([
    ['snappy', 'snappy'],
    ['lz4', 'lz4-napi'],
  ] as const)('is blocked, and says what to install: %s', (name, install) => {
    const error = errorOf(() => loadCodec(name, { find: notFound }));

    expect(error).toMatchObject({ code: 'TL_KAFKA_CODEC_MISSING', errorClass: 'blocked' });
    expect(String(error)).toContain(`The compression ${name} needs the ${install} package`);
    expect(String(error)).toContain(`Run "npm install ${install}"`);
  });

  it('is another package with the same name', () => {
    const error = errorOf(() => loadCodec('snappy', { find: () => ({}) }));

    expect(isObject(error) && Reflect.get(error, 'code')).toBe('TL_KAFKA_CODEC_MISSING');
  });

  it('is zstd on a Node that does not have it', () => {
    const error = errorOf(() => loadCodec('zstd', { node: {} }));

    expect(error).toMatchObject({ code: 'TL_KAFKA_CODEC_MISSING', errorClass: 'blocked' });
    expect(String(error)).toContain('needs Node 22.15');
  });
});
