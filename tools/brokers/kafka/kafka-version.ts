import { brokerErrors } from '../broker-errors.js';

/** The versions of Apache Kafka that the suites pass on. Each has its own jars in the cache. */
export const kafkaVersions = ['4.1.0', '4.4.0'] as const;

export type KafkaVersion = (typeof kafkaVersions)[number];

/** The version of `npm test`, of `npm run brokers` and of docker-compose.yml. */
export const defaultKafkaVersion: KafkaVersion = '4.1.0';

/** Which Kafka is started. */
export interface KafkaVersionOptions {
  /** Default: the environment variable `KAFKA_VERSION`, or 4.1.0. */
  readonly version?: KafkaVersion;
}

/**
 * The version to start.
 *
 * @throws TL_BROKERS_KAFKA_VERSION if it is none of {@link kafkaVersions}
 */
export function kafkaVersion(
  { version }: KafkaVersionOptions = {},
  env: NodeJS.ProcessEnv = process.env,
): KafkaVersion {
  const { KAFKA_VERSION: ofRun = '' } = env;
  const wanted = version ?? (ofRun === '' ? defaultKafkaVersion : ofRun);
  const known = kafkaVersions.find((one) => one === wanted);
  if (known === undefined) throw brokerErrors.kafkaVersion(wanted, kafkaVersions);
  return known;
}
