import { describe, expect, it } from '@jest/globals';

import { ConsumerRecorder } from 'throughline/conformance';
import { memory, type MemoryDriver } from './memory.js';

const options = {
  group: 'audit',
  topics: ['orders'],
  from: 'earliest',
  sessionTimeout: 30_000,
  heartbeatInterval: 3_000,
  maxWait: 500,
  maxBytesPerPartition: 131_072,
} as const;

const order = { topic: 'orders', key: 'a', value: Buffer.from('{}'), headers: {} };

async function withOrders(): Promise<MemoryDriver> {
  const driver = memory();
  await driver.create([{ name: 'orders', partitions: 3 }]);
  return driver;
}

describe('the in-memory broker', () => {
  it('delivers nothing within send', async () => {
    const driver = await withOrders();
    const recorder = new ConsumerRecorder();
    await driver.consumer(options, recorder).start();
    const sending = driver.producer().send([order]);

    expect(recorder.seen).toHaveLength(0);

    await sending;
    await recorder.until('the record', () => recorder.seen.length === 1);
    await driver.close();
  });

  it('copies the bytes that are sent', async () => {
    const driver = await withOrders();
    const value = Buffer.from('before');
    await driver.producer().send([{ ...order, value }]);
    value.fill(0);
    const recorder = new ConsumerRecorder();

    await driver.consumer(options, recorder).start();
    await recorder.until('the record', () => recorder.seen.length === 1);

    expect(recorder.texts).toEqual(['before']);
    await driver.close();
  });

  it('shares nothing with another in-memory broker', async () => {
    const one = await withOrders();
    const other = memory();

    expect(await one.describe(['orders'])).toEqual(new Map([['orders', 3]]));
    expect(await other.describe(['orders'])).toEqual(new Map());
  });

  it('can be unavailable: sends and commits fail, consumers are informed, and continue when it is available again', async () => {
    const driver = await withOrders();
    const recorder = new ConsumerRecorder();
    const consumer = driver.consumer(options, recorder);
    const producer = driver.producer();
    await consumer.start();

    driver.makeUnavailable();

    const [answer] = await producer.send([order]);
    expect(answer).toMatchObject({ status: 'rejected', reason: { code: 'TL_KAFKA_UNAVAILABLE' } });
    await expect(driver.describe(['orders'])).rejects.toMatchObject({
      code: 'TL_KAFKA_UNAVAILABLE',
    });
    await expect(
      consumer.commit([{ topic: 'orders', partition: 0, offset: 0, metadata: '' }]),
    ).rejects.toMatchObject({ code: 'TL_KAFKA_COMMIT_FENCED' });

    driver.makeAvailable();
    await producer.send([order]);
    await recorder.until('the record', () => recorder.seen.length === 1);
    expect(recorder.assignments).toHaveLength(2);
    await driver.close();
  });

  it('lets a start wait until it is available again', async () => {
    const driver = await withOrders();
    driver.makeUnavailable();
    const recorder = new ConsumerRecorder();
    const starting = driver.consumer(options, recorder).start();

    driver.makeAvailable();

    await starting;
    expect(recorder.owned).toHaveLength(3);
    await driver.close();
  });
});
