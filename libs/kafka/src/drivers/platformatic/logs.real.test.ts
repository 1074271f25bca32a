import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { Kafka } from 'kafkajs';

import { FaultFixture, offsetsOf } from './faults.fixture.js';
import { createTopics } from 'throughline/conformance';

Logger.overrideLogger(false);
jest.setTimeout(120_000);

describe('the platformatic driver, when logs change', () => {
  let fixture: FaultFixture;

  beforeAll(async () => {
    fixture = await FaultFixture.open();
  });

  afterEach(async () => {
    expect(await fixture.reset()).toEqual([]);
  });

  afterAll(async () => {
    await fixture.close();
  });

  it('reads a topic that was deleted and created again from its beginning', async () => {
    const topic = await fixture.withTopic();
    await fixture.send(20);
    const one = await fixture.started();
    await one.recorder.until('all records', () => one.recorder.seen.length === 20);

    await fixture.admin((client) => client.deleteTopics({ topics: [topic] }));
    await createTopics(fixture.driver, [{ name: topic, partitions: 1 }]);
    await fixture.send(30);
    await one.recorder.until('all new records', () => one.recorder.seen.length === 50);

    expect(one.recorder.changes.map(({ kind }) => kind)).toEqual(['replaced']);
    expect(offsetsOf(one).slice(20)).toEqual(Array.from({ length: 30 }, (_, at) => at));
    expect(one.recorder.troubles).toEqual([]);
  });

  it('reads the other topic while one is missing, and reports both ends of that', async () => {
    const first = await fixture.withTopic();
    const second = await fixture.withTopic();
    await fixture.send(3, first);
    await fixture.send(3, second);
    const one = await fixture.started({ topics: [first, second] });
    await one.recorder.until('all records', () => one.recorder.seen.length === 6);

    await fixture.admin((client) => client.deleteTopics({ topics: [first] }));
    await one.recorder.until('the failure', () => one.recorder.failedTopics.has(first));
    expect(one.recorder.failedTopics.get(first)).toMatchObject({
      code: 'TL_KAFKA_TOPIC_MISSING',
      errorClass: 'blocked',
    });
    await fixture.send(3, second, 3);
    await one.recorder.until('the other topic', () => one.recorder.seen.length === 9);

    await createTopics(fixture.driver, [{ name: first, partitions: 1 }]);
    await fixture.send(2, first);
    await one.recorder.until('the new topic', () => one.recorder.seen.length === 11);
    await one.recorder.until('recovery', () => !one.recorder.failedTopics.has(first));
    expect(one.recorder.troubles).toEqual([]);
    expect(one.recorder.changes.map(({ kind }) => kind)).toEqual(['replaced']);
  });

  it('goes on at the start of the log where retention passed its position', async () => {
    const topic = await fixture.withTopic();
    await fixture.send(3);
    const one = await fixture.started();
    await one.recorder.until('all records', () => one.recorder.seen.length === 3);
    one.consumer.pause([{ topic, partition: 0 }]);
    await fixture.send(7, topic, 3);
    await fixture.deleteBefore(6);

    one.consumer.resume([{ topic, partition: 0 }]);
    await one.recorder.until('the rest', () => one.recorder.seen.length === 7);

    expect(one.recorder.changes).toEqual([{ kind: 'trimmed', offset: 6 }]);
    expect(offsetsOf(one)).toEqual([0, 1, 2, 6, 7, 8, 9]);
  });

  it('goes on where the log ends if records after it were read, and at its start if their epoch is unknown', async () => {
    const topic = await fixture.withTopic();
    await fixture.send(5);
    const one = await fixture.started();
    await one.recorder.until('all records', () => one.recorder.seen.length === 5);
    const leaderEpoch = one.recorder.seen.at(-1)?.leaderEpoch ?? -1;
    expect(leaderEpoch).toBe(0);

    one.consumer.seek([{ topic, partition: 0, offset: 8, leaderEpoch }]);
    await one.recorder.until('the first change', () => one.recorder.changes.length === 1);
    await fixture.send(1, topic, 5);
    await one.recorder.until('the next record', () => one.recorder.seen.length === 6);
    one.consumer.seek([{ topic, partition: 0, offset: 9 }]);
    await one.recorder.until('the second change', () => one.recorder.changes.length === 2);
    await one.recorder.until('all again', () => one.recorder.seen.length === 12);

    expect(one.recorder.changes).toEqual([
      { kind: 'truncated', offset: 5 },
      { kind: 'truncated', offset: 0 },
    ]);
    expect(offsetsOf(one)).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]);
  });

  it('delivers nothing of aborted transactions that overlap, and reports their end', async () => {
    const topic = await fixture.withTopic();
    const open = async (): Promise<
      Awaited<ReturnType<ReturnType<Kafka['producer']>['transaction']>>
    > => {
      const producer = fixture.kafka.producer({
        transactionalId: randomUUID(),
        maxInFlightRequests: 1,
        idempotent: true,
      });
      await producer.connect();
      opened.push(producer);
      return producer.transaction();
    };
    const opened: ReturnType<Kafka['producer']>[] = [];
    const [a, b] = [await open(), await open()];
    const write = (to: typeof a, key: Buffer | null): Promise<unknown> =>
      to.send({ topic, messages: [{ key, value: 'x', partition: 0 }] });
    await write(a, null);
    await write(b, Buffer.alloc(4));
    await write(b, Buffer.alloc(4));
    await b.abort();
    await a.abort();
    await Promise.all(opened.map((producer) => producer.disconnect()));

    const one = await fixture.started();
    await one.recorder.until('the end', () => one.recorder.skips.some(({ to }) => to === 5));
    const c = await fixture.driver.offsets(topic, 'latest');
    await fixture.send(1);
    await one.recorder.until('the next record', () => one.recorder.seen.length === 1);

    expect(c).toEqual(new Map([[0, 5]]));
    expect(offsetsOf(one)).toEqual([5]);
  });
});
