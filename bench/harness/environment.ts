import type { SQSClient } from '@aws-sdk/client-sqs';
import kafkajs, { type Kafka } from 'kafkajs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startElasticMq, startKafka } from '#brokers';
import { sdkClient } from '../candidates/sdk/sdk-client.js';

/** The brokers that all scenarios share, and the bench's own clients. */
export interface Environment {
  /** `host:port` */
  readonly kafkaAddress: string;
  readonly kafka: Kafka;
  /** `http://host:port` */
  readonly sqsAddress: string;
  readonly sqs: SQSClient;
  /** The folder for the candidates' output. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Starts Kafka and ElasticMQ with Java's full compiler, because the brokers are not what is measured. */
export async function openEnvironment(): Promise<Environment> {
  const [kafkaBroker, sqsBroker] = await Promise.all([
    startKafka({ compiler: 'thorough' }),
    startElasticMq({ compiler: 'thorough', storage: 'memory' }),
  ]);
  const kafka = new kafkajs.Kafka({
    brokers: [kafkaBroker.address],
    clientId: 'bench',
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const folder = await mkdtemp(join(tmpdir(), 'throughline-bench-'));
  const sqs = sdkClient({ sqs: sqsBroker.address });
  return {
    kafkaAddress: kafkaBroker.address,
    kafka,
    sqsAddress: sqsBroker.address,
    sqs,
    folder,
    close: async () => {
      sqs.destroy();
      await Promise.all([kafkaBroker.kill(), sqsBroker.kill()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
