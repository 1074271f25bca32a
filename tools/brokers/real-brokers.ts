import { isCached } from './jar-cache.js';
import { elasticMqJars, kafkaJars } from './jar-sets.js';
import { javaComplaint } from './java.js';
import { redisComplaint } from './redis-server.js';
import { runCommand } from './run-command.js';

/** How this machine can run real brokers, or why it cannot. */
export type RealBrokers = 'docker' | 'java' | { readonly missing: string };

const daemonWithinMs = 5_000;

async function dockerComplaint(): Promise<string | undefined> {
  const client = await runCommand('docker', ['info'], { timeoutMs: daemonWithinMs });
  if (!client.found) return 'docker is not installed';
  if (client.code !== 0) return 'no Docker daemon answers';
  const compose = await runCommand('docker', ['compose', 'version'], { timeoutMs: daemonWithinMs });
  return compose.code === 0 ? undefined : 'docker has no compose plugin';
}

async function programsComplaint(): Promise<string | undefined> {
  if (process.platform === 'win32') return 'child processes are not supported on Windows';
  const java = await javaComplaint();
  if (java !== undefined) return java;
  if (!isCached(kafkaJars) || !isCached(elasticMqJars)) {
    const maven = await runCommand('mvn', ['--version']);
    if (!maven.found) return 'mvn is not on the PATH';
  }
  return redisComplaint();
}

/**
 * What this machine can run Kafka, ElasticMQ and Redis with: a Docker daemon with compose, or Java 17 with Maven (Maven only
 * until they are in the cache; `redis-server` on the PATH comes first). It starts nothing, and takes 5 s at most where a daemon hangs.
 *
 * @param options.prefer which one is asked first. Default: `docker`. `startKafka`, `startElasticMq` and `startRedis` need `java`.
 * @example
 * const brokers = await realBrokers({ prefer: 'java' });
 * if (typeof brokers === 'object') console.log(brokers.missing);
 */
export async function realBrokers(
  options: { readonly prefer?: 'docker' | 'java' } = {},
): Promise<RealBrokers> {
  const ways = [
    { way: 'docker', complaint: dockerComplaint },
    { way: 'java', complaint: programsComplaint },
  ] as const;
  const complaints: string[] = [];
  for (const { way, complaint } of options.prefer === 'java' ? ways.toReversed() : ways) {
    const found = await complaint();
    if (found === undefined) return way;
    complaints.push(found);
  }
  return { missing: `No real brokers on this machine: ${complaints.join(', and ')}.` };
}
