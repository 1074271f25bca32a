import { startElasticMq, startKafkaCluster, type Broker, type KafkaCluster } from '#brokers';
import type { Length } from './kind.js';
import { KafkaNetworks } from './kafka-networks.js';

/** Rows that disturb the network to Kafka. */
const NETWORKS = 4;

/** The brokers that all rows share, and how long the rows may take. */
export interface Stage {
  /** One node; three in the long form. */
  readonly kafka: KafkaCluster;
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
