import { isCached } from './java/jar-cache.js';
import { elasticMqJars, kafkaJars, registryJars } from './java/jar-sets.js';
import { javaComplaint } from './java/java.js';
import { kafkaVersion, type KafkaVersionOptions } from './kafka/kafka-version.js';
import { redisComplaint } from './redis/redis-server.js';
import { runCommand } from './process/run-command.js';

/** How this machine can run real brokers, or why it cannot. */
export type RealBrokers = 'docker' | 'java' | { readonly missing: string };

const daemonWithinMs = 5_000;

async function dockerComplaint(): Promise<string | undefined> {
  const client = await runCommand('docker', ['info'], { timeoutMs: daemonWithinMs });
  if (!client.found) return 'docker is not installed';
  if (client.code !== 0) return 'no Docker daemon responds';
  const compose = await runCommand('docker', ['compose', 'version'], { timeoutMs: daemonWithinMs });
  return compose.code === 0 ? undefined : 'docker has no compose plugin';
}

async function programsComplaint(options: KafkaVersionOptions): Promise<string | undefined> {
  const kafka = kafkaJars(kafkaVersion(options));
  if (process.platform === 'win32') return 'child processes are not supported on Windows';
  const java = await javaComplaint();
  if (java !== undefined) return java;
  if (![kafka, elasticMqJars, registryJars].every(isCached)) {
    const maven = await runCommand('mvn', ['--version']);
    if (!maven.found) return 'mvn is not on the PATH';
  }
  return redisComplaint();
}

/**
 * Finds out how this machine can run Kafka, ElasticMQ, a schema registry and Redis: with a Docker daemon and compose, or with Java 17 and Maven. Maven is
 * needed only for the first download. `redis-server` on the PATH is preferred. It starts nothing, and takes at most 5 s if a daemon
 * hangs.
 *
 * @param options.version which Kafka. Default: that of `startKafka`.
 * @param options.prefer which one is checked first. Default: `docker`. `startKafka`, `startElasticMq` and `startRedis` need `java`.
 * @throws TL_BROKERS_KAFKA_VERSION
 * @example
 * const brokers = await realBrokers({ prefer: 'java' });
 * if (typeof brokers === 'object') console.log(brokers.missing);
 */
export async function realBrokers(
  options: KafkaVersionOptions & { readonly prefer?: 'docker' | 'java' } = {},
): Promise<RealBrokers> {
  const ways = [
    { way: 'docker', complaint: dockerComplaint },
    { way: 'java', complaint: programsComplaint },
  ] as const;
  const complaints: string[] = [];
  for (const { way, complaint } of options.prefer === 'java' ? ways.toReversed() : ways) {
    const found = await complaint(options);
    if (found === undefined) return way;
    complaints.push(found);
  }
  return { missing: `No real brokers on this machine: ${complaints.join(', and ')}.` };
}
