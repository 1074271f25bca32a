import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { elasticMqAnswers } from '../process/answers.js';
import { type Broker, type BrokerRecipe } from '../broker.js';
import { startChildBroker } from '../process/child-broker.js';
import { type DataOptions, dataFolderOf } from '../process/data-folder.js';
import { elasticMqConfig, type ElasticMqStorage } from './elasticmq-config.js';
import { type FetchOptions, fetchJars } from '../java/jar-cache.js';
import { elasticMqJars } from '../java/jar-sets.js';
import { assertJava, javaArgs, type JavaOptions } from '../java/java.js';
import { freePort, host } from '../process/ports.js';

export interface ElasticMqOptions extends DataOptions, FetchOptions, JavaOptions {
  /** Default: `disk`, so that messages survive a restart. Use `memory` to measure speed. */
  readonly storage?: ElasticMqStorage;
}

/**
 * Starts ElasticMQ 1.6.14, with SQS' own limits, and resolves when it can serve. Queue URLs have the real host and port.
 * It accepts any region and any credentials. The first start on a machine downloads it with Maven (37 MB).
 *
 * @throws TL_BROKERS_JAVA_MISSING, TL_BROKERS_MAVEN_MISSING, TL_BROKERS_DOWNLOAD_FAILED, TL_BROKERS_PORT_TAKEN,
 * TL_BROKERS_DIED_AT_START, TL_BROKERS_NOT_READY (60 s), TL_BROKERS_PLATFORM
 * @example
 * const broker = await startElasticMq();
 * const sqs = new SQSClient({ endpoint: broker.address, region: 'us-east-1', credentials });
 * await broker.stop();
 */
export async function startElasticMq(options: ElasticMqOptions = {}): Promise<Broker> {
  const { dataDir, removed } = await dataFolderOf('elasticmq', options);
  const recipe = await elasticMqRecipe(options.port ?? (await freePort()), dataDir, options);
  return startChildBroker(recipe, removed);
}

/** Prepares ElasticMQ's files in `folder`. */
export async function elasticMqRecipe(
  port: number,
  folder: string,
  { storage = 'disk', ...options }: ElasticMqOptions,
): Promise<BrokerRecipe> {
  await assertJava();
  const classPath = await fetchJars(elasticMqJars, options);
  await mkdir(join(folder, 'data'), { recursive: true });
  const config = join(folder, 'elasticmq.conf');
  await writeFile(config, elasticMqConfig(port, folder, storage));
  return {
    title: 'ElasticMQ',
    port,
    address: `http://${host}:${port}`,
    command: 'java',
    args: [
      ...javaArgs(options),
      '-Xmx256m',
      `-Dconfig.file=${config}`,
      '-cp',
      classPath,
      'org.elasticmq.server.Main',
    ],
    logFile: join(folder, 'broker.log'),
    answers: () => elasticMqAnswers(port),
  };
}
