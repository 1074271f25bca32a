import assert from 'node:assert/strict';

import { errorClassOf, headersFrom, valuesOf } from '#base';

import { murmur2 } from 'throughline/kafka';
import type { Position } from 'throughline/kafka';
import { DriverFixture, type OpenDriver } from './driver-fixture.js';
import type { TestFramework } from '../framework.js';
import { plainJavaScript } from '../plain-javascript.js';

/** Records are read as they were written: bytes, order and partition. Each record gets a result. */
export function describeProducing({ describe, it }: TestFramework, open: () => OpenDriver): void {
  describe('producing', () => {
    it('keeps the bytes of key, value and headers', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
        const headers = {
          text: 'Grüße',
          bytes: everyByte,
          twice: ['first', Buffer.from([0, 255])],
        };
        const before = Date.now();

        await fixture.send({ key: everyByte, value: everyByte, headers });

        const { recorder } = await fixture.started();
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

    it('keeps headers of any name, also of those that every object inherits', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '0', ''];
        const sent = headersFrom([
          ...names.map((name) => [name, Buffer.from(`value of ${name}`)] as const),
          ['__proto__', Buffer.from('twice')],
          ['valueOf', [Buffer.from('first'), Buffer.from('second')]],
        ]);

        await fixture.send({ headers: sent }, {});

        const { recorder } = await fixture.started();
        await recorder.until('two records', () => recorder.seen.length === 2);
        const [first, without] = recorder.seen;
        assert(first && without);
        const { headers } = first;
        assert.equal(Object.getPrototypeOf(headers), null);
        assert.deepEqual(Object.keys(headers).sort(), [...names, 'valueOf'].sort());
        for (const [name, value] of Object.entries(sent)) {
          assert.deepEqual(asHex(headers[name]), valuesOf(value).flatMap(asHex));
        }
        assert.deepEqual(Object.keys(without.headers), []);
      }));

    it('keeps keys that are not UTF-8', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const keys = [Buffer.from([0xff]), Buffer.from([0xfe]), Buffer.from([0xc3, 0x28])];

        await fixture.send(...keys.map((key) => ({ key })));

        const { recorder } = await fixture.started();
        await recorder.until('all records', () => recorder.seen.length === keys.length);
        assert.deepEqual(
          recorder.seen.map(({ key }) => Buffer.from(key ?? '')),
          keys,
        );
      }));

    it('fails only the record that cannot be written', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const number = plainJavaScript<string>(5);

        const answers = await fixture.producer.send([
          fixture.record({}),
          fixture.record({ headers: { own: number } }),
          fixture.record({ key: number }),
          fixture.record({ partition: -1 }),
          fixture.record({}),
        ]);

        assert.deepEqual(answers.map(outcomeOf), [
          0,
          'TL_KAFKA_RECORD_INVALID',
          'TL_KAFKA_RECORD_INVALID',
          'TL_KAFKA_RECORD_INVALID',
          1,
        ]);
      }));

    it('fails only the record that its topic refuses: one without a key, where it is compacted', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const topic = `${fixture.topic}-compacted`;
        const config = { 'cleanup.policy': 'compact' };
        await fixture.driver.create([{ name: topic, partitions: 1, config }]);

        const answers = await fixture.producer.send([
          fixture.record({ topic, key: 'a' }),
          fixture.record({ topic, key: null }),
          fixture.record({ topic, key: 'b' }),
          fixture.record({}),
        ]);

        assert.deepEqual(answers.map(outcomeOf), [0, 'TL_KAFKA_RECORD_REFUSED', 1, 0]);
        const [, refused] = answers;
        assert(refused?.status === 'rejected');
        assert.equal(errorClassOf(refused.reason), 'refused');
      }));

    it('compresses if configured to: what a topic took as gzip fits again', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const value = Buffer.alloc(3_000_000, 'a');
        const record = fixture.record({ value, headers: { own: 'x' } });
        const compressing = fixture.driver.producer({ compression: 'gzip' });

        const [plain] = await fixture.producer.send([record]);
        const [gzip] = await compressing.send([record]);
        await compressing.close();

        assert.equal(plain && outcomeOf(plain), 'TL_KAFKA_MESSAGE_TOO_LARGE');
        assert.equal(gzip && outcomeOf(gzip), 0);
        const { recorder } = await fixture.started();
        await recorder.until('the record', () => recorder.seen.length === 1);
        assert(Buffer.from(recorder.seen[0]?.value ?? '').equals(value));
        assert.deepEqual(asHex(recorder.seen[0]?.headers.own), ['78']);
      }));

    it('distinguishes a tombstone from an empty value, and no key from an empty one', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        await fixture.send(
          { key: 'gone', value: null },
          { key: 'empty', value: Buffer.alloc(0) },
          { key: null, value: Buffer.from('x') },
          { key: '', value: Buffer.from('y') },
        );

        const { recorder } = await fixture.started();
        await recorder.until('four records', () => recorder.seen.length === 4);
        const values = recorder.seen.map(({ value }) => value?.byteLength ?? null);
        const keys = recorder.seen.map(({ key }) => key?.byteLength ?? null);
        assert.deepEqual(values, [null, 0, 1, 1]);
        assert.deepEqual(keys, [4, 5, null, 0]);
      }));

    it('keeps the order of each key, in the partition that Java would choose', () =>
      DriverFixture.run(open(), 5, async (fixture) => {
        const records = Array.from({ length: 300 }, (_, at) => ({
          key: `key-${at % 11}`,
          value: Buffer.from(String(at)),
        }));

        const positions = await fixture.send(...records);

        const { recorder } = await fixture.started();
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
      DriverFixture.run(open(), 2, async (fixture) => {
        const positions = await fixture.send({ partition: 1 }, { partition: 0 }, { partition: 1 });

        assert.deepEqual(
          positions.map(({ partition, offset }) => `${partition}:${offset}`),
          ['1:0', '0:0', '1:1'],
        );
      }));

    it('spreads what has no key', () =>
      DriverFixture.run(open(), 3, async (fixture) => {
        const positions = await fixture.send(...Array.from({ length: 30 }, () => ({})));

        assert.deepEqual(new Set(positions.map(({ partition }) => partition)), new Set([0, 1, 2]));
      }));

    it('fails only the record that is too large, even within its partition', () =>
      DriverFixture.run(open(), 2, async (fixture) => {
        const large = Buffer.alloc(1_200_000, 1);
        const middle = Buffer.alloc(600_000, 2);

        const answers = await fixture.producer.send([
          fixture.record({ partition: 0, value: middle }),
          fixture.record({ partition: 0, value: large }),
          fixture.record({ partition: 0, value: middle }),
          fixture.record({ partition: 1 }),
        ]);

        assert.deepEqual(answers.map(outcomeOf), [0, 'TL_KAFKA_MESSAGE_TOO_LARGE', 1, 0]);
      }));

    it('fails only the record whose topic does not exist, and makes no topic by itself', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const missing = `${fixture.topic}-missing`;

        const answers = await fixture.producer.send([
          fixture.record({ topic: missing }),
          fixture.record({}),
        ]);

        assert.deepEqual(
          answers.map(({ status }) => status),
          ['rejected', 'fulfilled'],
        );
        const [first] = answers;
        assert(first?.status === 'rejected');
        assert.equal((first.reason as { code?: string }).code, 'TL_KAFKA_TOPIC_MISSING');
        assert.deepEqual(await fixture.driver.describe([missing]), new Map());
      }));

    it('fails the record for a partition that the topic does not have', () =>
      DriverFixture.run(open(), 1, async (fixture) => {
        const [wrong, right] = await fixture.producer.send([
          fixture.record({ partition: 7 }),
          fixture.record({ partition: 0 }),
        ]);

        assert.equal(wrong?.status, 'rejected');
        assert.equal(right?.status, 'fulfilled');
      }));
  });
}

/** The offset if the record was written, else the error code. */
const outcomeOf = (answer: PromiseSettledResult<Position>): number | string | undefined =>
  answer.status === 'fulfilled' ? answer.value.offset : (answer.reason as { code?: string }).code;

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
