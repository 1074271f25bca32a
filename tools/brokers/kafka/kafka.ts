import { type Broker, type BrokerRecipe } from '../broker.js';
import { startChildBroker } from '../process/child-broker.js';
import { type DataOptions, dataFolderOf } from '../process/data-folder.js';
import { type FetchOptions } from '../java/jar-cache.js';
import { type JavaOptions } from '../java/java.js';
import { kafkaNodeRecipe } from './kafka-node.js';
import { type KafkaNode } from './kafka-properties.js';
import { type KafkaVersionOptions } from './kafka-version.js';
import { freePort, freePorts } from '../process/ports.js';

/** The options of one Kafka. */
export interface KafkaOptions extends DataOptions, FetchOptions, JavaOptions, KafkaVersionOptions {
  /** Clients log in as one of {@link kafkaUsers} and have only the rights of ACLs. Default: everyone may do everything. */
  readonly authorizer?: boolean;
}

/**
 * Starts Apache Kafka (KRaft, one node, no automatic creation of topics) and resolves when it can serve.
 * The first start of a version on a machine downloads it with Maven (54 MB).
 *
 * @throws TL_BROKERS_JAVA_MISSING, TL_BROKERS_MAVEN_MISSING, TL_BROKERS_DOWNLOAD_FAILED, TL_BROKERS_PORT_TAKEN,
 * TL_BROKERS_FORMAT_FAILED, TL_BROKERS_DIED_AT_START, TL_BROKERS_NOT_READY (60 s), TL_BROKERS_PLATFORM, TL_BROKERS_KAFKA_VERSION
 * @example
 * const broker = await startKafka();
 * const kafka = new Kafka({ brokers: [broker.address] });
 * await broker.kill();     // an outage …
 * await broker.restart();  // … and its end, with the same data on the same port
 * await broker.stop();
 */
export async function startKafka(options: KafkaOptions = {}): Promise<Broker> {
  const { dataDir, removed } = await dataFolderOf('kafka', options);
  const recipe = await kafkaRecipe(options.port ?? (await freePort()), dataDir, options);
  return startChildBroker(recipe, removed);
}

/** Prepares the files of a single node in `folder`. */
export async function kafkaRecipe(
  port: number,
  folder: string,
  options: Omit<KafkaOptions, keyof DataOptions>,
): Promise<BrokerRecipe> {
  const [controllerPort = 0, openPort = 0] = await freePorts(2);
  const self: KafkaNode =
    options.authorizer === true
      ? { id: 1, port: openPort, loginPort: port, controllerPort }
      : { id: 1, port, controllerPort };
  return kafkaNodeRecipe(self, [self], folder, options);
}
