import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';

import type { Kafka } from 'kafkajs';

import { FaultFixture, offsetsOf } from './faults.fixture.js';
import { createTopics } from 'throughline/conformance';

Logger.overrideLogger(false);
jest.setTimeout(120_000);

describe('the platformatic driver, when members and brokers come and go', () => {
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

  it('restarts with its partitions and without a rebalance if it has an instance id', async () => {
    const first = await fixture.withTopic(4);
    const names = ['a', 'b'];
    const [a, b] = await Promise.all(
      names.map((instanceId) => fixture.started({ topics: [first] }, { instanceId })),
    );
    if (a === undefined || b === undefined) throw new Error('two members');
    await a.recorder.until('its half', () => a.recorder.owned.length === 2);
    await b.recorder.until('its half', () => b.recorder.owned.length === 2);
    const before = a.recorder.owned;
    const assignments = b.recorder.assignments.length;

    await a.consumer.stop();
    const again = await fixture.started({ topics: [first] }, { instanceId: 'a' });
    expect(again.recorder.owned).toEqual(before);
    expect(b.recorder.assignments.length).toBe(assignments);

    await again.consumer.stop();
    const second = `${first}-second`;
    await createTopics(fixture.driver, [{ name: second, partitions: 1 }]);
    const more = await fixture.started({ topics: [first, second] }, { instanceId: 'a' });
    await more.recorder.until('the new topic', () => more.recorder.owned.includes(`${second}/0`));

    const thief = await fixture.started({ topics: [first, second] }, { instanceId: 'a' });
    await more.recorder.until('its end', () => more.recorder.troubles.length > 0);
    expect(more.recorder.troubles).toEqual([
      expect.objectContaining({ code: 'TL_KAFKA_INSTANCE_FENCED', errorClass: 'blocked' }),
    ]);
    expect(thief.recorder.troubles).toEqual([]);
  });

  it('shares a group with a plain kafkajs consumer, whoever came first', async () => {
    const topic = await fixture.withTopic(6);
    const seen: string[] = [];
    const joinKafkaJs = async (): Promise<ReturnType<Kafka['consumer']>> => {
      const consumer = fixture.kafka.consumer({ groupId: `g-${topic}`, heartbeatInterval: 500 });
      const joined = new Promise((resolve) => consumer.on('consumer.group_join', resolve));
      await consumer.connect();
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({
        eachMessage: ({ message }) => {
          seen.push(String(message.value));
          return Promise.resolve();
        },
      });
      await joined;
      return consumer;
    };

    const first = await joinKafkaJs();
    const one = await fixture.started();
    await one.recorder.until('its half', () => one.recorder.owned.length === 3);
    await first.disconnect();
    await one.recorder.until('all', () => one.recorder.owned.length === 6);
    const second = await joinKafkaJs();
    await one.recorder.until('its half again', () => one.recorder.owned.length === 3);

    const producer = fixture.driver.producer();
    const values = Array.from({ length: 60 }, (_, at) => `r${at}`);
    await producer.send(
      values.map((value, at) => ({ topic, key: null, value, headers: {}, partition: at % 6 })),
    );
    await producer.close();
    await one.recorder.until('its records', () => one.recorder.seen.length === 30);
    while (seen.length < 30) await new Promise((resolve) => setTimeout(resolve, 50));
    expect([...seen, ...one.recorder.texts].sort()).toEqual(values.sort());
    await second.disconnect();
  });

  it('reads new partitions of its topic from their beginning', async () => {
    const topic = await fixture.withTopic(1);
    const one = await fixture.started({ from: 'latest' });
    await one.consumer.commit([{ topic, partition: 0, offset: 0, metadata: '' }]);

    await fixture.admin((client) =>
      client.createPartitions({ topicPartitions: [{ topic, count: 3 }] }),
    );
    const producer = fixture.driver.producer();
    await producer.send([{ topic, key: null, value: 'x', headers: {}, partition: 2 }]);
    await producer.close();

    await one.recorder.until('the record', () => one.recorder.seen.length === 1);
    expect(one.recorder.owned.length).toBe(3);
  });

  it('loses its partitions when its session is over, although the broker is silent, and rejoins', async () => {
    const topic = await fixture.withTopic();
    await fixture.send(3);
    const one = await fixture.started();
    await one.recorder.until('all records', () => one.recorder.seen.length === 3);

    fixture.broker.pause();
    const since = performance.now();
    try {
      await one.recorder.until('the loss', () => one.recorder.losses.length === 1);
      const took = performance.now() - since;
      expect(one.recorder.losses).toEqual(['expelled']);
      expect(took).toBeGreaterThan(4_500);
      expect(took).toBeLessThan(7_500);
      await expect(
        one.consumer.commit([{ topic, partition: 0, offset: 3, metadata: '' }]),
      ).rejects.toMatchObject({ code: 'TL_KAFKA_COMMIT_FENCED' });
    } finally {
      fixture.broker.resume();
    }
    await one.recorder.until(
      'another assignment',
      () => one.recorder.assignments.length > 1,
      60_000,
    );
    await one.recorder.until('the records again', () => one.recorder.seen.length === 6);
  });

  it('stops within 5 s while the broker is silent', async () => {
    await fixture.withTopic();
    const one = await fixture.started();
    fixture.broker.pause();
    const since = performance.now();
    try {
      await one.consumer.stop();
      expect(performance.now() - since).toBeLessThan(5_000);
    } finally {
      fixture.broker.resume();
    }
  });

  it('reports that the broker is unavailable and that it responds again, and reads on', async () => {
    const topic = await fixture.withTopic();
    await fixture.send(3);
    const one = await fixture.started({ sessionTimeout: 100_000 });
    await one.recorder.until('all records', () => one.recorder.seen.length === 3);

    await one.consumer.commit([{ topic, partition: 0, offset: 3, metadata: '' }]);

    await fixture.broker.kill();
    await one.recorder.until('the outage', () => one.recorder.troubles.length > 0);
    expect(one.recorder.troubles[0]).toMatchObject({ code: 'TL_KAFKA_UNAVAILABLE' });
    const starting = fixture.member({ group: 'later' });
    const start = starting.consumer.start();
    await fixture.broker.restart();
    await one.recorder.until('its end', () => one.recorder.ups === 1);
    await fixture.send(3, topic, 3);
    await start;

    await one.recorder.until('the new records', () => one.recorder.texts.includes('r5'), 60_000);
    await starting.recorder.until('all records', () => starting.recorder.seen.length === 6);
    expect(one.recorder.changes).toEqual([]);
    expect(offsetsOf(one).slice(0, 6)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
