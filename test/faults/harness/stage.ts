import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { startElasticMq, startKafka, type Broker } from 'throughline/testing';
import type { Length } from './kind.js';
import { KafkaNetworks } from './kafka-networks.js';

/** Rows that disturb the network to Kafka. */
const NETWORKS = 4;

/** The brokers that all rows share, and how long the rows may take. */
export interface Stage {
  readonly kafka: Broker;
  /** Networks in front of Kafka: one for each row that disturbs one. */
  readonly kafkaNetworks: KafkaNetworks;
  readonly sqs: Broker;
  readonly length: Length;
  /** Where workers write. */
  readonly folder: string;
  /** The value for this length. */
  pick<T>(short: T, normal: T, long: T): T;
  close(): Promise<void>;
}

/** Starts Kafka and ElasticMQ, both on disk, and the networks in front of Kafka; whatever they keep is gone with this process. */
export async function openStage(length: Length, folder: string): Promise<Stage> {
  const kafkaNetworks = await KafkaNetworks.open(NETWORKS);
  const [kafka, sqs] = await Promise.all([startProxiedKafka(kafkaNetworks), startElasticMq()]);
  return {
    kafka,
    kafkaNetworks,
    sqs,
    length,
    folder,
    pick: (short, normal, long) => ({ short, normal, long })[length],
    close: async () => {
      await Promise.all([kafka.kill(), sqs.kill(), kafkaNetworks.close()]);
    },
  };
}

/** What clients are told is where they go on: a network is only used by those who are told to, by a listener of its own. */
async function startProxiedKafka(networks: KafkaNetworks): Promise<Broker> {
  const kafka = await startKafka();
  await kafka.kill();
  const file = join(dirname(kafka.logFile), 'server.properties');
  await writeFile(file, networks.addTo(await readFile(file, 'utf8')));
  await kafka.restart();
  return kafka;
}
