import { expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';

import { startKafkaCluster } from '#brokers';
import { ConsumerRecorder } from 'throughline/conformance';
import { platformatic } from './platformatic.js';

Logger.overrideLogger(false);
jest.setTimeout(300_000);

/** How long the controller waits for a broker that ended, until it has another leader (`broker.session.timeout.ms`). */
const untilFenced = 12_000;

it('goes on where the log departs from what it has read, after an unclean election', async () => {
  const cluster = await startKafkaCluster({ nodes: 3 });
  const [first, second, third] = cluster.nodes;
  assert(first && second && third);
  const brokers = cluster.nodes.map(({ address }) => address);
  const driver = platformatic({ brokers, sendTimeout: 60_000 });
  const topic = 'unclean';
  const { Connection, createTopicsV7, metadataV12 } = await import('@platformatic/kafka');
  const connection = new Connection('test');
  await connection.connect('127.0.0.1', third.port);
  const known = await metadataV12.api.async(connection, [], false, false);
  const idOf = (port: number): number =>
    known.brokers.find((one) => one.port === port)?.nodeId ?? 0;
  const replicas = [idOf(first.port), idOf(second.port)];
  const configs = [
    { name: 'unclean.leader.election.enable', value: 'true' },
    { name: 'min.insync.replicas', value: '1' },
  ];
  const assignments = [{ partitionIndex: 0, brokerIds: replicas }];
  const creation = [
    { name: topic, numPartitions: -1, replicationFactor: -1, assignments, configs },
  ];
  await createTopicsV7.api.async(connection, creation, 5_000, false);
  await connection.close();

  const recorder = new ConsumerRecorder();
  const consumer = driver.consumer(
    {
      group: 'unclean',
      topics: [topic],
      from: 'earliest',
      sessionTimeout: 120_000,
      heartbeatInterval: 1_000,
      maxWait: 500,
      maxBytesPerPartition: 100_000,
    },
    recorder,
  );
  const producer = driver.producer();
  const send = async (prefix: string, count: number): Promise<void> => {
    const values = Array.from({ length: count }, (_, at) => `${prefix}${at}`);
    const answers = await producer.send(
      values.map((value) => ({ topic, key: null, value, headers: {} })),
    );
    expect(answers.filter(({ status }) => status === 'rejected')).toEqual([]);
  };

  try {
    await consumer.start();
    await send('both', 20);
    await second.kill();
    await pause(untilFenced);
    await send('first', 10);
    await recorder.until('what both and one replica have', () => recorder.seen.length === 30);

    await first.kill();
    await second.restart();
    await recorder.until('the truncation', () => recorder.changes.length === 1, 60_000);
    await send('second', 15);
    await recorder.until('the records of the other replica', () => recorder.seen.length === 45);

    expect(recorder.changes).toEqual([{ kind: 'truncated', offset: 20 }]);
    const last = recorder.seen.slice(30);
    expect(last.map(({ offset }) => offset)).toEqual(
      Array.from({ length: 15 }, (_, at) => 20 + at),
    );
    expect(recorder.texts.slice(30)).toEqual(Array.from({ length: 15 }, (_, at) => `second${at}`));
    expect(recorder.violations).toEqual([]);
  } finally {
    await driver.close();
    await cluster.kill();
  }
});
