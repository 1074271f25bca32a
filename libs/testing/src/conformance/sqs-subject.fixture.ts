import { randomUUID } from 'node:crypto';
import { sqs } from 'throughline/sqs';
import type { OpenTransport, TransportFeatures, TransportSubject } from './contract.js';
import { SqsChannel } from './sqs-channel.fixture.js';
import { ask } from './sqs-from-outside.fixture.js';
import { SqsTraffic } from './sqs-traffic.fixture.js';

/** A local SQS that is running. */
export interface LocalSqs {
  readonly endpoint: string;
  readonly stop?: () => Promise<void>;
}

/** What differs between SQS servers. */
export interface SqsServer {
  readonly largest: number;
  /** Whether one receive brings several messages of a FIFO group. */
  readonly manyOfAGroup: boolean;
}

export const standardFeatures = ({ largest }: SqsServer): TransportFeatures => ({
  kind: 'queue',
  order: false,
  keyInBatch: false,
  retry: 'source',
  failuresOutlive: true,
  binaryBodies: false,
  delay: true,
  needsKey: false,
  deduplication: false,
  mostHeaders: 10,
  largest,
  ahead: 20,
  patience: 6_000,
});

export const fifoFeatures = (server: SqsServer): TransportFeatures => ({
  ...standardFeatures(server),
  order: true,
  keyInBatch: server.manyOfAGroup,
  retry: 'lane',
  failuresOutlive: false,
  delay: false,
  needsKey: true,
  deduplication: true,
});

/** Queues on a local SQS, as the suite's subject. */
export const sqsSubject = (
  features: TransportFeatures,
  server: () => Promise<LocalSqs>,
): TransportSubject => ({ features, open: async () => openSqs(features, await server()) });

function openSqs(features: TransportFeatures, { endpoint, stop }: LocalSqs): OpenTransport {
  const traffic = new SqsTraffic();
  const client = {
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    logger: traffic.logger,
  };
  const create = async (name: string): Promise<string> => {
    const Attributes = name.endsWith('.fifo') ? { FifoQueue: 'true' } : {};
    const { QueueUrl = '' } = await ask(endpoint, 'CreateQueue', { QueueName: name, Attributes });
    return QueueUrl;
  };
  return {
    transport: () => sqs({ client, waitTime: '1s' }),
    sendRequests: () => traffic.sendRequests,
    close: async () => stop?.(),
    channel: async () => {
      const name = `q-${randomUUID()}`;
      const ending = features.order ? '.fifo' : '';
      const urls = {
        queue: await create(`${name}${ending}`),
        deadLetters: await create(`${name}-dlq${ending}`),
      };
      return new SqsChannel(`${name}${ending}`, endpoint, urls, traffic);
    },
  };
}
