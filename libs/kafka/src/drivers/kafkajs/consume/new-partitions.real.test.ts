import { afterAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { ConsumerListener, KafkaRecord, TopicPartition } from '../../../driver.js';
import { withAdmin } from '../admin/admin.js';
import { kafkaJs } from '../kafkajs.js';
import { readOptions } from '../options.js';
import { createTopics } from 'throughline/conformance';

const brokers = (process.env.TEST_KAFKA ?? '').split(',');

/** A listener that records what is assigned and read. */
class Witness implements ConsumerListener {
  assignments: readonly (readonly TopicPartition[])[] = [];
  readonly seen: KafkaRecord[] = [];
  #wake: () => void = () => undefined;

  assigned(partitions: readonly TopicPartition[]): readonly [] {
    this.assignments = [...this.assignments, partitions];
    this.#wake();
    return [];
  }

  records(_: TopicPartition, records: readonly KafkaRecord[]): void {
    this.seen.push(...records);
    this.#wake();
  }

  revoking(): Promise<void> {
    return Promise.resolve();
  }

  skipped(): void {
    return;
  }

  logChanged(): void {
    return;
  }

  topicFailed(): void {
    return;
  }

  topicRecovered(): void {
    return;
  }

  lost(): void {
    return;
  }

  down(): void {
    return;
  }

  up(): void {
    return;
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      const next = Promise.withResolvers<undefined>();
      this.#wake = () => next.resolve(undefined);
      await next.promise;
    }
  }
}

const driver = kafkaJs({ brokers, clientId: 'growing', metadataMaxAge: 1_000 });
afterAll(() => driver.close());

describe('a topic that grows', () => {
  it('has its new partitions read from their first record, within the age of the metadata', async () => {
    const topic = `growing-${randomUUID()}`;
    await createTopics(driver, [{ name: topic, partitions: 1 }]);
    const witness = new Witness();
    const consumer = driver.consumer(
      {
        group: `group-${randomUUID()}`,
        topics: [topic],
        from: 'earliest',
        sessionTimeout: 30_000,
        heartbeatInterval: 300,
        maxWait: 100,
        maxBytesPerPartition: 131_072,
      },
      witness,
    );
    await consumer.start();
    await witness.until(() => witness.assignments.length === 1);

    await withAdmin(readOptions({ brokers }), 'Growing a topic', (admin) =>
      admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] }),
    );
    const grownAt = performance.now();
    const producer = driver.producer();
    const [answer] = await producer.send([
      { topic, partition: 2, key: null, value: Buffer.from('new'), headers: {} },
    ]);
    await witness.until(() => witness.seen.length === 1);
    const noticedAfter = performance.now() - grownAt;

    expect(answer?.status).toBe('fulfilled');
    expect(witness.assignments[0]).toHaveLength(1);
    expect(witness.assignments.at(-1)).toHaveLength(3);
    expect(witness.seen.map(({ value }) => Buffer.from(value ?? '').toString())).toEqual(['new']);
    // By default, with an age of 30 s, that is within a minute.
    expect(noticedAfter).toBeLessThan(30_000);
  }, 60_000);
});
