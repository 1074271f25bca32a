import assert from 'node:assert/strict';

import { murmur2 } from '../murmur2.js';
import { Stage, type OpenDriver } from './stage.js';
import type { TestFramework } from './framework.js';

/** What goes in comes out: bytes, order, partitions, and an answer for each record. */
export function describeProducing({ describe, it }: TestFramework, open: () => OpenDriver): void {
  describe('producing', () => {
    it('keeps the bytes of key, value and headers', () =>
      Stage.play(open(), 1, async (stage) => {
        const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
        const headers = {
          text: 'Grüße',
          bytes: everyByte,
          twice: ['first', Buffer.from([0, 255])],
        };
        const before = Date.now();

        await stage.send({ key: everyByte, value: everyByte, headers });

        const { recorder } = await stage.started();
        await recorder.until('the record', () => recorder.seen.length === 1);
        const [record] = recorder.seen;
        assert(record);
        assert.deepEqual(Buffer.from(record.key ?? ''), everyByte);
        assert.deepEqual(Buffer.from(record.value ?? ''), everyByte);
        assert.deepEqual(Object.keys(record.headers).sort(), ['bytes', 'text', 'twice']);
        assert.deepEqual(asHex(record.headers.text), [Buffer.from('Grüße').toString('hex')]);
        assert.deepEqual(asHex(record.headers.bytes), [everyByte.toString('hex')]);
        assert.deepEqual(asHex(record.headers.twice), [
          Buffer.from('first').toString('hex'),
          '00ff',
        ]);
        assert.equal(record.offset, 0);
        assert(record.timestamp >= before - 60_000 && record.timestamp <= Date.now() + 60_000);
      }));

    it('tells a tombstone from an empty value, and no key from an empty one', () =>
      Stage.play(open(), 1, async (stage) => {
        await stage.send(
          { key: 'gone', value: null },
          { key: 'empty', value: Buffer.alloc(0) },
          { key: null, value: Buffer.from('x') },
          { key: '', value: Buffer.from('y') },
        );

        const { recorder } = await stage.started();
        await recorder.until('four records', () => recorder.seen.length === 4);
        const values = recorder.seen.map(({ value }) => value?.byteLength ?? null);
        const keys = recorder.seen.map(({ key }) => key?.byteLength ?? null);
        assert.deepEqual(values, [null, 0, 1, 1]);
        assert.deepEqual(keys, [4, 5, null, 0]);
      }));

    it('keeps the order of each key, in the partition that Java would choose', () =>
      Stage.play(open(), 5, async (stage) => {
        const records = Array.from({ length: 300 }, (_, at) => ({
          key: `key-${at % 11}`,
          value: Buffer.from(String(at)),
        }));

        const positions = await stage.send(...records);

        const { recorder } = await stage.started();
        await recorder.until('all records', () => recorder.seen.length === 300);
        positions.forEach(({ partition }, at) => {
          const hash = murmur2(Buffer.from(`key-${at % 11}`)) & 0x7fffffff;
          assert.equal(partition, hash % 5);
        });
        for (let key = 0; key < 11; key += 1) {
          const ofKey = recorder.seen.filter(
            (one) => String(one.key && text(one.key)) === `key-${key}`,
          );
          const numbers = ofKey.map(({ value }) => Number(text(value)));
          assert.deepEqual(
            numbers,
            numbers.toSorted((a, b) => a - b),
          );
        }
      }));

    it('answers each record with its position', () =>
      Stage.play(open(), 2, async (stage) => {
        const positions = await stage.send({ partition: 1 }, { partition: 0 }, { partition: 1 });

        assert.deepEqual(
          positions.map(({ partition, offset }) => `${partition}:${offset}`),
          ['1:0', '0:0', '1:1'],
        );
      }));

    it('spreads what has no key', () =>
      Stage.play(open(), 3, async (stage) => {
        const positions = await stage.send(...Array.from({ length: 30 }, () => ({})));

        assert.deepEqual(new Set(positions.map(({ partition }) => partition)), new Set([0, 1, 2]));
      }));

    it('fails only the record that is too large, even within its partition', () =>
      Stage.play(open(), 2, async (stage) => {
        const large = Buffer.alloc(1_200_000, 1);
        const middle = Buffer.alloc(600_000, 2);

        const answers = await stage.producer.send([
          stage.record({ partition: 0, value: middle }),
          stage.record({ partition: 0, value: large }),
          stage.record({ partition: 0, value: middle }),
          stage.record({ partition: 1 }),
        ]);

        assert.deepEqual(
          answers.map((answer) =>
            answer.status === 'fulfilled'
              ? answer.value.offset
              : (answer.reason as { code?: string }).code,
          ),
          [0, 'TL_KAFKA_MESSAGE_TOO_LARGE', 1, 0],
        );
      }));

    it('fails only the record whose topic does not exist, and makes no topic by itself', () =>
      Stage.play(open(), 1, async (stage) => {
        const missing = `${stage.topic}-missing`;

        const answers = await stage.producer.send([
          stage.record({ topic: missing }),
          stage.record({}),
        ]);

        assert.deepEqual(
          answers.map(({ status }) => status),
          ['rejected', 'fulfilled'],
        );
        const [first] = answers;
        assert(first?.status === 'rejected');
        assert.equal((first.reason as { code?: string }).code, 'TL_KAFKA_TOPIC_MISSING');
        assert.deepEqual(await stage.driver.describe([missing]), new Map());
      }));

    it('fails the record for a partition that the topic does not have', () =>
      Stage.play(open(), 1, async (stage) => {
        const [wrong, right] = await stage.producer.send([
          stage.record({ partition: 7 }),
          stage.record({ partition: 0 }),
        ]);

        assert.equal(wrong?.status, 'rejected');
        assert.equal(right?.status, 'fulfilled');
      }));
  });
}

function text(bytes: Uint8Array | null): string {
  return Buffer.from(bytes ?? '').toString();
}

function asHex(value: unknown): readonly string[] {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.map((one) => {
    assert(one instanceof Uint8Array, 'a header arrives as bytes');
    return Buffer.from(one).toString('hex');
  });
}
