import { describe, expect, it } from '@jest/globals';
import { ThroughlineError } from '#base';
import { z } from 'zod';
import { topic } from './channel.js';
import { aContext } from './context.fixture.js';
import { OpenSink } from './consume/sink.fixture.js';
import type { Compression, KafkaDriver } from './driver.js';
import { memory } from './drivers/index.js';
import { kafka } from './kafka.js';
import { KafkaFixture } from './kafka.fixture.js';

/** A driver that records the compression of its producers. */
function recording(): { readonly driver: KafkaDriver; readonly compressions: unknown[] } {
  const driver = memory();
  const compressions: unknown[] = [];
  const producer: KafkaDriver['producer'] = (options) => {
    compressions.push(options?.compression);
    return driver.producer(options);
  };
  return { driver: { ...driver, producer }, compressions };
}

describe('the option compression of kafka()', () => {
  it.each(['brotli', 'GZIP', true, 3, null])('is refused at the start: %p', async (compression) => {
    const options = { driver: memory(), compression: compression as unknown as Compression };

    await expect(kafka(options).open(aContext('shop'))).rejects.toMatchObject({
      code: 'TL_OPTION_INVALID',
      message: expect.stringContaining('compression') as unknown,
    });
  });

  it('is refused at the start if its codec is missing', async () => {
    const missing = new ThroughlineError('TL_KAFKA_CODEC_MISSING', 'Run "npm install snappy".');
    const producer = (): never => {
      throw missing;
    };
    const transport = kafka({ driver: { ...memory(), producer }, compression: 'snappy' });

    await expect(transport.open(aContext('shop'))).rejects.toBe(missing);
  });

  it.each<readonly [Compression | undefined, readonly Compression[]]>([
    [undefined, ['none', 'gzip']],
    ['none', ['none', 'gzip']],
    ['gzip', ['gzip']],
    ['zstd', ['zstd']],
  ])('%p compresses messages and dead letters with %p', async (compression, expected) => {
    const { driver, compressions } = recording();
    const fixture = await KafkaFixture.open(driver);
    await fixture.send(fixture.topic, 1);
    compressions.length = 0;
    const connection = fixture.connection({ ...(compression && { compression }) });
    const source = connection.source({ handlers: [fixture.handler] });
    const sink = new OpenSink();
    await source.start(sink);
    await sink.until('the record', () => sink.received.length === 1);

    await connection.send({
      channel: topic(fixture.topic, { schema: z.unknown() }),
      key: 'a',
      body: '{}',
      headers: {},
      timeout: 1_000,
    });
    for (const inbound of sink.received) {
      await connection.storeDeadLetter({ inbound, to: fixture.deadLetters, causes: ['{}'] });
    }

    expect(compressions).toEqual(expected);
    await source.stop(AbortSignal.timeout(1_000));
    await connection.close();
  });
});
