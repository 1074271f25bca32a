import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Broker, type BrokerRecipe } from './broker.js';
import { brokerErrors } from './broker-errors.js';
import { startChildBroker } from './child-broker.js';
import { type DataOptions, dataFolderOf } from './data-folder.js';
import { type FetchOptions, fetchJars } from './jar-cache.js';
import { kafkaJars } from './jar-sets.js';
import { assertJava } from './java.js';
import { kafkaAnswers } from './kafka-answers.js';
import { type KafkaNode, kafkaProperties } from './kafka-properties.js';
import { lastLines } from './log-tail.js';
import { freePort, host } from './ports.js';
import { runCommand } from './run-command.js';

/** A cluster id is 16 bytes in base64; all nodes of a cluster have the same: `Throughline-0001`. */
const clusterId = 'VGhyb3VnaGxpbmUtMDAwMQ';

/**
 * Starts Apache Kafka 4.1.0 (KRaft, one node, no topics made by themselves) and resolves when it can serve.
 * The first start on a machine fetches it by Maven, once (54 MB).
 *
 * @throws TL_BROKERS_JAVA_MISSING, TL_BROKERS_MAVEN_MISSING, TL_BROKERS_DOWNLOAD_FAILED, TL_BROKERS_PORT_TAKEN,
 * TL_BROKERS_FORMAT_FAILED, TL_BROKERS_DIED_AT_START, TL_BROKERS_NOT_READY (60 s), TL_BROKERS_PLATFORM
 * @example
 * const broker = await startKafka();
 * const kafka = new Kafka({ brokers: [broker.address] });
 * await broker.kill();     // an outage …
 * await broker.restart();  // … and its end, with the same data on the same port
 * await broker.stop();
 */
export async function startKafka(options: DataOptions & FetchOptions = {}): Promise<Broker> {
  const { dataDir, removed } = await dataFolderOf('kafka', options);
  const recipe = await kafkaRecipe(options.port ?? (await freePort()), dataDir, options);
  return startChildBroker(recipe, removed);
}

/** Prepares all that a single node needs to be launched in `folder`. */
export async function kafkaRecipe(
  port: number,
  folder: string,
  options: FetchOptions,
): Promise<BrokerRecipe> {
  await assertJava();
  const classPath = await fetchJars(kafkaJars, options);
  const self: KafkaNode = { id: 1, port, controllerPort: await freePort() };
  await format(self, folder, classPath, options.signal);
  const properties = join(folder, 'server.properties');
  await writeFile(properties, kafkaProperties(self, [self], join(folder, 'data')));
  return {
    title: 'Kafka',
    port,
    address: `${host}:${port}`,
    command: 'java',
    args: ['-Xmx512m', '-cp', classPath, 'kafka.Kafka', properties],
    logFile: join(folder, 'broker.log'),
    answers: () => kafkaAnswers(port),
  };
}

/** Lays out the data folder, unless it is there. It appears by one rename: a killed start leaves nothing half laid out. */
async function format(
  self: KafkaNode,
  folder: string,
  classPath: string,
  signal?: AbortSignal,
): Promise<void> {
  const data = join(folder, 'data');
  if (existsSync(data)) return;
  const [draft, properties] = [join(folder, 'data.draft'), join(folder, 'format.properties')];
  await rm(draft, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(properties, kafkaProperties(self, [self], draft));
  const { code, output } = await runCommand(
    'java',
    // For a second's work the first compiler and the simplest collector are the fastest.
    [
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      '-cp',
      classPath,
      'kafka.tools.StorageTool',
      'format',
      '-t',
      clusterId,
      '-c',
      properties,
    ],
    signal === undefined ? {} : { signal },
  );
  if (code !== 0) throw brokerErrors.formatFailed('Kafka', lastLines(output));
  await rename(draft, data);
}
