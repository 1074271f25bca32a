import { afterAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Kafka, logLevel, type Transaction } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import { ConsumerRecorder, createTopics } from 'throughline/conformance';
import type { KafkaDriver } from '../driver.js';
import { kafkaJs, platformatic } from './index.js';

const brokers = (process.env.TEST_KAFKA ?? '').split(',');
const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING });
const drivers = {
  kafkajs: kafkaJs({ brokers, clientId: 'transactions' }),
  platformatic: platformatic({ brokers, clientId: 'transactions' }),
};
const closing: (() => Promise<void>)[] = [];

Logger.overrideLogger(false);
afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await Promise.all(Object.values(drivers).map((driver) => driver.close()));
});

async function begin(): Promise<Transaction> {
  const producer = kafka.producer({
    transactionalId: randomUUID(),
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  closing.push(() => producer.disconnect());
  return producer.transaction();
}

async function aTopic(driver: KafkaDriver): Promise<string> {
  const topic = `transactions-${randomUUID()}`;
  await createTopics(driver, [{ name: topic, partitions: 1 }]);
  return topic;
}

async function write(
  to: Transaction,
  topic: string,
  value: string,
  key: Buffer | null = null,
): Promise<void> {
  await to.send({ topic, messages: [{ key, value, partition: 0 }] });
}

/** Reads the topic from its start until the last record has arrived. */
async function read(driver: KafkaDriver, topic: string, last: string): Promise<ConsumerRecorder> {
  const recorder = new ConsumerRecorder();
  const consumer = driver.consumer(
    {
      group: `reader-${randomUUID()}`,
      topics: [topic],
      from: 'earliest',
      sessionTimeout: 10_000,
      heartbeatInterval: 500,
      maxWait: 100,
      maxBytesPerPartition: 131_072,
    },
    recorder,
  );
  await consumer.start();
  await recorder.until(last, () => recorder.texts.includes(last));
  await consumer.stop();
  return recorder;
}

async function writeLast(driver: KafkaDriver, topic: string): Promise<void> {
  const producer = driver.producer();
  await producer.send([{ topic, key: null, value: 'last', headers: {} }]);
  await producer.close();
}

describe.each(Object.entries(drivers))('aborted transactions, through %s,', (_, driver) => {
  it('deliver nothing if they overlap', async () => {
    const topic = await aTopic(driver);
    const [a, b] = [await begin(), await begin()];
    await write(a, topic, 'A0');
    await write(b, topic, 'B1');
    await b.abort();
    await a.abort();
    await writeLast(driver, topic);

    const { texts } = await read(driver, topic, 'last');

    expect(texts).toEqual(['last']);
  });

  it('deliver nothing if a key looks like a marker', async () => {
    const topic = await aTopic(driver);
    const transaction = await begin();
    await write(transaction, topic, 'first');
    await write(transaction, topic, 'second', Buffer.alloc(4));
    await write(transaction, topic, 'third');
    await transaction.abort();
    await writeLast(driver, topic);

    const { texts } = await read(driver, topic, 'last');

    expect(texts).toEqual(['last']);
  });

  it('hide nothing of four producers whose other transactions are committed', async () => {
    const topic = await aTopic(driver);
    const expected: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const producers = await Promise.all([begin(), begin(), begin(), begin()]);
      for (const [at, producer] of producers.entries()) {
        await write(producer, topic, `${round}-${at}-${at % 2 === 0 ? 'aborted' : 'committed'}`);
        if (at % 2 === 1) expected.push(`${round}-${at}-committed`);
      }
      for (const [at, producer] of producers.toReversed().entries()) {
        await (at % 2 === 0 ? producer.commit() : producer.abort());
      }
    }
    await writeLast(driver, topic);

    const { texts } = await read(driver, topic, 'last');

    expect(texts).toEqual([...expected, 'last']);
  });

  it('are passed, so that a group that has read all has no lag', async () => {
    const topic = await aTopic(driver);
    const transaction = await begin();
    for (let at = 0; at < 3; at += 1) await write(transaction, topic, `aborted-${at}`);
    await transaction.abort();
    const recorder = new ConsumerRecorder();
    const consumer = driver.consumer(
      {
        group: `reader-${randomUUID()}`,
        topics: [topic],
        from: 'earliest',
        sessionTimeout: 10_000,
        heartbeatInterval: 500,
        maxWait: 100,
        maxBytesPerPartition: 131_072,
      },
      recorder,
    );

    await consumer.start();
    await recorder.until('all is passed', () => recorder.skips.some(({ to }) => to === 4));
    await consumer.stop();

    const ends = await driver.offsets(topic, 'latest');
    expect(ends.get(0)).toBe(4);
    expect(recorder.texts).toEqual([]);
  });
});
