import { describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { startKafkaCluster } from '#brokers';
import type { KafkaDriver } from '../driver.js';
import { kafkaJs, platformatic } from '../drivers/index.js';
import { KafkaFixture, upTo } from '../kafka.fixture.js';
import { OpenSink } from './sink.fixture.js';
import { createTopics } from 'throughline/conformance';

Logger.overrideLogger(false);
jest.setTimeout(300_000);

const TOPIC = 'unclean';

/** A topic on the first two nodes, of which either may lead, even if it lacks records of the other. */
async function createOn(ports: readonly number[], through: number): Promise<() => Promise<number>> {
  const { Connection, createTopicsV7, metadataV12 } = await import('@platformatic/kafka');
  const connection = new Connection('test');
  await connection.connect('127.0.0.1', through);
  const known = await metadataV12.api.async(connection, [], false, false);
  const brokerIds = ports.map(
    (port) => known.brokers.find((one) => one.port === port)?.nodeId ?? 0,
  );
  const configs = [
    { name: 'unclean.leader.election.enable', value: 'true' },
    { name: 'min.insync.replicas', value: '1' },
  ];
  const assignments = [{ partitionIndex: 0, brokerIds }];
  const topic = { name: TOPIC, numPartitions: -1, replicationFactor: -1, assignments, configs };
  await createTopicsV7.api.async(connection, [topic], 5_000, false);
  await connection.close();
  return async () => {
    const looking = new Connection('test');
    await looking.connect('127.0.0.1', through);
    const { topics } = await metadataV12.api.async(looking, [TOPIC], false, false);
    await looking.close();
    return topics[0]?.partitions[0]?.isrNodes.length ?? 0;
  };
}

async function send(driver: KafkaDriver, prefix: string, count: number): Promise<void> {
  const producer = driver.producer();
  const answers = await producer.send(
    upTo(count).map((at) => ({ topic: TOPIC, key: null, value: `${prefix}${at}`, headers: {} })),
  );
  await producer.close();
  expect(answers.filter(({ status }) => status === 'rejected')).toEqual([]);
}

describe.each(Object.entries({ kafkajs: kafkaJs, platformatic }))(
  'a log that an unclean election has truncated, through %s',
  (_, driverOf) => {
    it('is read again from where it departs from what was read', async () => {
      const cluster = await startKafkaCluster({ nodes: 3 });
      const [first, second, third] = cluster.nodes;
      assert(first && second && third);
      const brokers = cluster.nodes.map(({ address }) => address);
      const driver = driverOf({ brokers, sendTimeout: 60_000 });
      try {
        const replicasInSync = await createOn([first.port, second.port], third.port);
        const fixture = new KafkaFixture(driver, TOPIC, 'audit');
        await createTopics(driver, [{ name: fixture.retries, partitions: 1 }]);
        const source = fixture
          .connection({ sessionTimeout: '120s' })
          .source({ handlers: [fixture.handler] });
        const sink = new OpenSink();
        await source.start(sink);
        await send(driver, 'both', 20);
        await second.kill();
        while ((await replicasInSync()) > 1) await pause(200);
        await send(driver, 'first', 10);
        await sink.until('what both and one replica have', () => sink.received.length >= 30);
        void source.settle(
          sink.received.map((inbound) => ({ inbound, outcome: { kind: 'ack', as: 'done' } })),
        );

        await first.kill();
        await second.restart();
        await send(driver, 'second', 15);

        const expected = upTo(15).map((at) => `${TOPIC}/0/${20 + at}`);
        await sink.until('the records of the other replica', () =>
          expected.every((id) => sink.ids(30).includes(id)),
        );
        expect(sink.ids(30)).toEqual(expected);
        await source.stop(AbortSignal.timeout(1_000));
      } finally {
        await driver.close();
        await cluster.kill();
      }
    });
  },
);
