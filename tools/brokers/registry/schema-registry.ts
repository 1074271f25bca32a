import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Broker, type BrokerRecipe } from '../broker.js';
import { type FetchOptions, fetchJars, folderOfJars } from '../java/jar-cache.js';
import { registryJars, registryRunner } from '../java/jar-sets.js';
import { assertJava, javaArgs, type JavaOptions } from '../java/java.js';
import { registryAnswers } from '../process/answers.js';
import { startChildBroker } from '../process/child-broker.js';
import { type DataOptions, dataFolderOf } from '../process/data-folder.js';
import { freePort, host } from '../process/ports.js';

/** The API of Confluent's Schema Registry, as Apicurio serves it. */
const confluentApi = '/apis/ccompat/v7';

/**
 * Starts Apicurio Registry 2.6.13, a schema registry, and resolves when it can serve. Its address is that of Confluent's API. The
 * first start on a machine downloads it with Maven (146 MB).
 *
 * @throws TL_BROKERS_JAVA_MISSING, TL_BROKERS_MAVEN_MISSING, TL_BROKERS_DOWNLOAD_FAILED, TL_BROKERS_PORT_TAKEN,
 * TL_BROKERS_DIED_AT_START, TL_BROKERS_NOT_READY (60 s), TL_BROKERS_PLATFORM
 * @example
 * const broker = await startSchemaRegistry();
 * const registry = new SchemaRegistry({ host: broker.address });
 * broker.pause();   // it does not answer …
 * broker.resume();  // … until now
 * await broker.stop();
 */
export async function startSchemaRegistry(
  options: DataOptions & FetchOptions & JavaOptions = {},
): Promise<Broker> {
  const { dataDir, removed } = await dataFolderOf('registry', options);
  const recipe = await registryRecipe(options.port ?? (await freePort()), dataDir, options);
  return startChildBroker(recipe, removed);
}

/**
 * Downloads the registry if it is not in the cache (146 MB).
 *
 * @throws TL_BROKERS_MAVEN_MISSING, TL_BROKERS_DOWNLOAD_FAILED
 */
export async function fetchSchemaRegistry(options: FetchOptions = {}): Promise<void> {
  await fetchJars(registryJars, options);
}

/** Prepares the registry's files in `folder`. */
async function registryRecipe(
  port: number,
  folder: string,
  options: FetchOptions & JavaOptions,
): Promise<BrokerRecipe> {
  await assertJava();
  await fetchSchemaRegistry(options);
  const data = join(folder, 'data');
  await mkdir(data, { recursive: true });
  const address = `http://${host}:${port}${confluentApi}`;
  return {
    title: 'Apicurio Registry',
    port,
    address,
    command: 'java',
    args: [
      ...javaArgs(options),
      '-Xmx256m',
      `-Dquarkus.http.host=${host}`,
      `-Dquarkus.http.port=${port}`,
      // By default, its database is in memory, and a restart loses all schemas. H2 writes half a second late, unless told otherwise.
      `-Dquarkus.datasource.jdbc.url=jdbc:h2:file:${join(data, 'registry')};WRITE_DELAY=0`,
      // By default, it opens 20 connections to its database, which takes time at start.
      ...['initial-size', 'min-size'].map((size) => `-Dquarkus.datasource.jdbc.${size}=1`),
      '-jar',
      join(folderOfJars(registryJars), registryRunner),
    ],
    logFile: join(folder, 'broker.log'),
    answers: () => registryAnswers(address),
  };
}
