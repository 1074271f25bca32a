import { join } from 'node:path';
import { elasticMqAnswers, redisAnswers } from '../process/answers.js';
import { type BrokerRecipe } from '../broker.js';
import { elasticMqRecipe } from '../elasticmq/elasticmq.js';
import { type FetchOptions } from '../java/jar-cache.js';
import { kafkaRecipe } from '../kafka/kafka.js';
import { kafkaAnswers } from '../kafka/kafka-answers.js';
import { defaultKafkaVersion } from '../kafka/kafka-version.js';
import { redisRecipe } from '../redis/redis.js';

/** One of the brokers that the command starts, always on the same port. */
export interface Service {
  readonly name: string;
  readonly port: number;
  readonly recipe: (folder: string, options: FetchOptions) => Promise<BrokerRecipe>;
  readonly answers: () => Promise<boolean>;
}

const [kafkaPort, elasticMqPort, redisPort] = [9092, 9324, 6379];

export const services: readonly Service[] = [
  {
    name: 'kafka',
    port: kafkaPort,
    // Not the version of a test run: its data stays, and an older Kafka cannot read that of a newer one.
    recipe: (folder, options) =>
      kafkaRecipe(kafkaPort, folder, { ...options, version: defaultKafkaVersion }),
    answers: () => kafkaAnswers(kafkaPort),
  },
  {
    name: 'elasticmq',
    port: elasticMqPort,
    recipe: (folder, options) => elasticMqRecipe(elasticMqPort, folder, options),
    answers: () => elasticMqAnswers(elasticMqPort),
  },
  {
    name: 'redis',
    port: redisPort,
    recipe: (folder, options) => redisRecipe(redisPort, folder, options),
    answers: () => redisAnswers(redisPort),
  },
];

/** The paths of a service's log, data and state. */
export const folderOf = (stateFolder: string, { name }: Service): string => join(stateFolder, name);

/** The environment variables of the order service, as shell commands. */
export const exportLines: readonly string[] = [
  `export KAFKA_BROKERS=127.0.0.1:${kafkaPort}`,
  `export AWS_ENDPOINT_URL_SQS=http://127.0.0.1:${elasticMqPort}`,
  'export AWS_REGION=us-east-1',
  'export AWS_ACCESS_KEY_ID=local',
  'export AWS_SECRET_ACCESS_KEY=local',
  'export CREATE_MISSING=true',
];
