import { startElasticMq, startKafkaCluster, type Broker, type KafkaCluster } from '#brokers';
import type { Length } from '../target.js';
import { KafkaNetworks } from './kafka-networks.js';

/** How often rows disturb the network to Kafka: a row for each of its targets. */
const NETWORKS = 6;

/** The brokers that the rows share, and the length of the suite. */
export interface Environment {
  /** One node; three in the long form. */
  readonly kafka: KafkaCluster;
  /** Networks in front of Kafka: one for each row that disturbs one. */
  readonly kafkaNetworks: KafkaNetworks;
  readonly sqs: Broker;
  readonly length: Length;
  /** The folder for the logs of the workers. */
  readonly folder: string;
  /** The value for this length. */
  pick<T>(short: T, normal: T, long: T): T;
  close(): Promise<void>;
}

/** Starts Kafka and ElasticMQ, both on disk, and the networks in front of Kafka. Their data is deleted when this process ends. */
export async function openEnvironment(length: Length, folder: string): Promise<Environment> {
  const nodes = length === 'long' ? 3 : 1;
  const kafkaNetworks = await KafkaNetworks.open(NETWORKS, nodes);
  const [kafka, sqs] = await Promise.all([
    startKafkaCluster({ nodes, listeners: (node) => kafkaNetworks.listenersOf(node) }),
    startElasticMq(),
  ]);
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
