import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { redisAnswers } from '../process/answers.js';
import { type Broker, type BrokerRecipe } from '../broker.js';
import { brokerErrors } from '../broker-errors.js';
import { startChildBroker } from '../process/child-broker.js';
import { type DataOptions, dataFolderOf } from '../process/data-folder.js';
import { type FetchOptions } from '../java/jar-cache.js';
import { freePort, host } from '../process/ports.js';
import { redisServer } from './redis-server.js';

/**
 * Starts a Redis server with an append-only file, and resolves when it can serve. It uses the `redis-server` on the PATH. If there
 * is none, the first start on a machine downloads one with Maven (12 MB).
 *
 * @throws TL_BROKERS_REDIS_MISSING, TL_BROKERS_MAVEN_MISSING, TL_BROKERS_DOWNLOAD_FAILED, TL_BROKERS_PORT_TAKEN,
 * TL_BROKERS_DIED_AT_START, TL_BROKERS_NOT_READY (60 s), TL_BROKERS_PLATFORM
 * @example
 * const broker = await startRedis();
 * const client = createClient({ url: broker.address });
 * await broker.stop();
 */
export async function startRedis(options: DataOptions & FetchOptions = {}): Promise<Broker> {
  const { dataDir, removed } = await dataFolderOf('redis', options);
  const recipe = await redisRecipe(options.port ?? (await freePort()), dataDir, options);
  return startChildBroker(recipe, removed);
}

/** Prepares Redis' files in `folder`. */
export async function redisRecipe(
  port: number,
  folder: string,
  options: FetchOptions = {},
): Promise<BrokerRecipe> {
  if (process.platform === 'win32') throw brokerErrors.platform(process.platform);
  const command = await redisServer(options);
  const data = join(folder, 'data');
  await mkdir(data, { recursive: true });
  return {
    title: 'Redis',
    port,
    address: `redis://${host}:${port}`,
    command,
    args: [
      ...['--bind', host, '--port', String(port), '--dir', data, '--save', ''],
      // By default, an acknowledged write may wait for two seconds while the disk is busy, and a kill loses it.
      ...['--appendonly', 'yes', '--appendfsync', 'always'],
    ],
    logFile: join(folder, 'broker.log'),
    answers: () => redisAnswers(port),
  };
}
