import { beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { setImmediate } from 'node:timers/promises';

import { ConsumerRecorder } from 'throughline/conformance';
import { Membership } from '../../../membership.js';
import { batchOf, inTransaction, someRecords } from './batches.fixture.js';
import { Delivery } from './delivery.js';
import { PartitionReading } from './partition-reading.js';
import { readBatches } from './record-batch.js';
import { TopicFailures } from '../topic-failures.js';

Logger.overrideLogger(false);

const id = { topic: 't', partition: 0 };

describe('the delivery of what was fetched', () => {
  let recorder: ConsumerRecorder;
  let patience: Promise<void> | undefined;
  let membership: Membership;
  let reading: PartitionReading;
  let delivery: Delivery;
  let pumped: number;

  beforeEach(() => {
    recorder = new ConsumerRecorder();
    patience = undefined;
    membership = new Membership(recorder);
    const log = { id: 'l', start: 0, end: 100 };
    membership.assign([{ ...id, committed: undefined, log, start: 0 }]);
    reading = new PartitionReading('t', 0, 0);
    pumped = 0;
    delivery = new Delivery({
      listener: Object.assign(recorder, {
        records: (...args: Parameters<ConsumerRecorder['records']>) => {
          ConsumerRecorder.prototype.records.apply(recorder, args);
          return patience;
        },
      }),
      membership,
      failures: new TopicFailures(membership),
      decompress: () => {
        throw new Error('not compressed');
      },
      checkSession: () => undefined,
      onProgress: () => {
        pumped += 1;
      },
    });
  });

  /** Resolves once it is delivered, unless the listener applies backpressure. */
  const fetched = async (...batches: readonly Buffer[]): Promise<void> => {
    reading.add(readBatches(Buffer.concat(batches)), []);
    delivery.add(reading);
    await setImmediate();
    await setImmediate();
  };

  const offsets = (): readonly number[] => recorder.seen.map(({ offset }) => offset);

  it('moves the position, and lets the next fetch begin', async () => {
    await fetched(batchOf(someRecords(3)), batchOf(someRecords(2), { offset: 3 }));

    expect(offsets()).toEqual([0, 1, 2, 3, 4]);
    expect(reading.offset).toBe(5);
    expect(pumped).toBeGreaterThan(0);
    expect(recorder.skips).toEqual([]);
  });

  it('reports the offsets at the end of which it delivers nothing', async () => {
    const marker = inTransaction(5, batchOf([{ key: Buffer.alloc(4) }], { offset: 2 }), true);
    await fetched(batchOf(someRecords(2)), marker);
    expect(recorder.skips).toEqual([{ from: 2, to: 3 }]);

    reading.add(readBatches(inTransaction(5, batchOf(someRecords(4), { offset: 3 }))), [
      { producerId: 5, firstOffset: 3 },
    ]);
    delivery.add(reading);
    await setImmediate();
    expect(recorder.skips.slice(1)).toEqual([{ from: 3, to: 7 }]);
    expect(offsets()).toEqual([0, 1]);
  });

  it('delivers what is before a batch that it cannot read, and fails only its topic until it can', async () => {
    const good = batchOf(someRecords(2));
    const bad = batchOf(someRecords(2), { offset: 2 });
    bad.fill(0xff, 62);

    await fetched(good, bad);
    expect(offsets()).toEqual([0, 1]);
    expect(recorder.failedTopics.get('t')).toMatchObject({
      code: 'TL_KAFKA_RECORDS_UNREADABLE',
      errorClass: 'blocked',
      message: expect.stringContaining('offset 2') as unknown,
    });
    expect(reading.offset).toBe(2);
    expect(reading.isReady(performance.now())).toBe(false);

    await fetched(batchOf(someRecords(2), { offset: 2 }));
    expect(offsets()).toEqual([0, 1, 2, 3]);
    expect(recorder.failedTopics.size).toBe(0);
  });

  it('delivers no more of a partition than was delivered when it was paused, and goes on there', async () => {
    membership.pause([id]);
    await fetched(batchOf(someRecords(3)));
    expect(offsets()).toEqual([]);
    expect(reading.offset).toBe(0);

    membership.resume([id]);
    await fetched(batchOf(someRecords(3)));
    expect(offsets()).toEqual([0, 1, 2]);
  });

  it('waits for the listener, with one batch in hand', async () => {
    const waiting = Promise.withResolvers<undefined>();
    patience = waiting.promise.then(() => undefined);
    await fetched(batchOf(someRecords(2)));
    await fetched(batchOf(someRecords(2), { offset: 2 }));
    expect(offsets()).toEqual([0, 1]);

    patience = undefined;
    waiting.resolve(undefined);
    await recorder.until('the rest', () => recorder.seen.length === 4);
    expect(offsets()).toEqual([0, 1, 2, 3]);
  });

  it('drops what was fetched before a seek, also while it waits', async () => {
    const waiting = Promise.withResolvers<undefined>();
    patience = waiting.promise.then(() => undefined);
    await fetched(batchOf(someRecords(2)));
    await fetched(batchOf(someRecords(2), { offset: 2 }));
    reading.moveTo(1, -1);
    patience = undefined;
    waiting.resolve(undefined);
    await waiting.promise;
    await Promise.resolve();

    await fetched(batchOf(someRecords(4)));
    await recorder.until('the rest', () => recorder.seen.length === 5);
    expect(offsets()).toEqual([0, 1, 1, 2, 3]);
  });
});
