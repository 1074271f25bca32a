import { describe, expect, it } from '@jest/globals';
import { crc32c } from '@platformatic/kafka';

import { writeBatch } from '../../produce/write-batch.js';
import { loadClient } from '../../load.js';
import { decompressWith } from './codecs.js';
import { batchOf, someRecords } from './batches.fixture.js';
import { readBatches, type Decompress } from './record-batch.js';

const noCodec: Decompress = () => {
  throw new Error('not compressed');
};

describe('the batches of a fetch response', () => {
  it('are read up to the last complete one', () => {
    const first = batchOf(someRecords(3));
    const second = batchOf(someRecords(300), { offset: 3 });
    const bytes = Buffer.concat([first, second, first.subarray(0, first.length - 1)]);

    const batches = readBatches(bytes);

    expect(batches.map(({ baseOffset, lastOffset }) => [baseOffset, lastOffset])).toEqual([
      [0, 2],
      [3, 302],
    ]);
    const records = batches.flatMap((batch) => batch.records(0, noCodec));
    expect(records.map(({ offset }) => offset)).toEqual(Array.from({ length: 303 }, (_, at) => at));
    expect(records[302]?.value?.toString()).toBe('value 299');
    expect(records[302]?.timestamp).toBe(1_000 + 299 * 70_000);
  });

  it('give their records from an offset on', () => {
    const [batch] = readBatches(batchOf(someRecords(5), { offset: 10 }));

    expect(batch?.records(13, noCodec).map(({ offset }) => offset)).toEqual([13, 14]);
    expect(batch?.records(15, noCodec)).toEqual([]);
  });

  it('keep offsets above 2^32', () => {
    const [batch] = readBatches(batchOf(someRecords(2), { offset: 2 ** 40 + 1 }));

    expect(batch?.records(0, noCodec).map(({ offset }) => offset)).toEqual([
      2 ** 40 + 1,
      2 ** 40 + 2,
    ]);
  });

  it('distinguish null from empty, and keep headers of any name', () => {
    const headers = new Map([
      [Buffer.from('__proto__'), Buffer.from('a')],
      [Buffer.from('twice'), Buffer.from('b')],
      [Buffer.from('twice'), Buffer.from([0xff])],
    ]);
    const [batch] = readBatches(batchOf([{ value: Buffer.alloc(0), headers }, {}]));
    const [first, second] = batch?.records(0, noCodec) ?? [];

    expect(first?.key).toBeNull();
    expect(first?.value).toEqual(Buffer.alloc(0));
    expect(Object.getPrototypeOf(first?.headers)).toBeNull();
    expect(Object.entries(first?.headers ?? {})).toEqual([
      ['__proto__', Buffer.from('a')],
      ['twice', [Buffer.from('b'), Buffer.from([0xff])]],
    ]);
    expect(second?.value).toBeNull();
    expect(Object.keys(second?.headers ?? {})).toEqual([]);
  });

  it('have the time of the broker if the topic uses it, and the epoch of the leader', () => {
    const bytes = batchOf(someRecords(2));
    bytes.writeInt32BE(7, 12);
    bytes.writeInt16BE(0b1000, 21);
    bytes.writeBigInt64BE(99n, 35);

    const records = readBatches(bytes)[0]?.records(0, noCodec);

    expect(records?.map(({ timestamp }) => timestamp)).toEqual([99, 99]);
    expect(records?.map(({ leaderEpoch }) => leaderEpoch)).toEqual([7, 7]);
  });

  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)(
    'are read if they are compressed with %s',
    async (compression) => {
      const bytes = batchOf(someRecords(50), { compression });

      const records = readBatches(bytes)[0]?.records(0, decompressWith(await loadClient()));

      expect(records?.map(({ value }) => value?.toString())).toEqual(
        someRecords(50).map(({ value }) => value.toString()),
      );
    },
  );

  it('say which codec is missing', async () => {
    const bytes = batchOf(someRecords(1));
    bytes.writeInt16BE(6, 21);
    const decompress = decompressWith(await loadClient());

    expect(() => readBatches(bytes)[0]?.records(0, decompress)).toThrow(
      expect.objectContaining({ code: 'TL_KAFKA_CODEC_MISSING', errorClass: 'blocked' }),
    );
  });

  it('throw if they are corrupt, wherever', () => {
    const whole = batchOf(someRecords(3));
    let thrown = 0;
    for (let at = 61; at < whole.length; at += 1) {
      const bytes = Buffer.from(whole);
      bytes[at] = 0xff;
      try {
        for (const record of readBatches(bytes)[0]?.records(0, noCodec) ?? []) {
          expect(record.headers).toBeDefined();
        }
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        thrown += 1;
      }
    }
    expect(thrown).toBeGreaterThan(10);
  });

  it('recognize the marker of an abort', () => {
    const bytes = batchOf([{ key: Buffer.from([0, 0, 0, 0]), value: Buffer.alloc(6) }]);
    bytes.writeInt16BE(0b11_0000, 21);
    expect(readBatches(bytes)[0]).toMatchObject({ isControl: true, isAbortMarker: true });

    const commit = batchOf([{ key: Buffer.from([0, 0, 0, 1]), value: Buffer.alloc(6) }]);
    commit.writeInt16BE(0b11_0000, 21);
    expect(readBatches(commit)[0]).toMatchObject({ isControl: true, isAbortMarker: false });
  });

  it('let go of the response that they are in', () => {
    const bytes = Buffer.concat([batchOf(someRecords(2_000))]);
    const record = readBatches(bytes)[0]?.records(0, noCodec)[400];
    const before = { ...{ key: record?.key, value: record?.value, at: record?.timestamp } };

    record?.detach();

    expect({ key: record?.key, value: record?.value, at: record?.timestamp }).toEqual(before);
    expect(record?.value?.buffer).not.toBe(bytes.buffer);
  });
});

describe('the batch that is written', () => {
  it('is read as it was, and has the checksum that Kafka expects', async () => {
    const records = [
      { topic: 't', key: 'ä', value: 'Grüße', headers: { a: 'x', b: [Buffer.from([255]), ''] } },
      { topic: 't', key: null, value: null, headers: {} },
      { topic: 't', key: Buffer.alloc(0), value: 'x'.repeat(1_000), headers: {} },
    ];
    const head = { timestamp: 1_700_000_000_000, producerId: 7n, producerEpoch: 1, sequence: 12 };

    const bytes = await writeBatch(records, 2_000, head, crc32c, undefined);

    expect(bytes.readUInt32BE(17)).toBe(crc32c(bytes.subarray(21)));
    const [batch] = readBatches(bytes);
    expect(batch).toMatchObject({ baseOffset: 0, lastOffset: 2, producerId: 7 });
    const read = batch?.records(0, noCodec) ?? [];
    expect(read.map(({ key }) => key?.toString())).toEqual(['ä', undefined, '']);
    expect(read.map(({ value }) => value?.toString())).toEqual([
      'Grüße',
      undefined,
      'x'.repeat(1_000),
    ]);
    expect(read[0]?.headers).toEqual(
      Object.assign(Object.create(null), {
        a: Buffer.from('x'),
        b: [Buffer.from([255]), Buffer.alloc(0)],
      }),
    );
    expect(read.map(({ timestamp }) => timestamp)).toEqual(records.map(() => 1_700_000_000_000));
  });
});
