import { randomUUID } from 'node:crypto';
import { sqs } from 'throughline/sqs';
import { watchAwsLimits, type SdkRequestHandler } from '../aws-limits/index.js';
import type { OpenTransport, TransportFeatures, TransportSubject } from './contract.js';
import { HeldSends } from './held-sends.js';
import { SqsChannel } from './sqs-channel.fixture.js';
import { ask } from './sqs-from-outside.fixture.js';
import { SqsTraffic } from './sqs-traffic.fixture.js';

/** A local SQS that is running. */
export interface LocalSqs {
  readonly endpoint: string;
  /** A request handler of the AWS SDK for one more client: each request is held to the limits of AWS itself. */
  readonly requestHandler: () => SdkRequestHandler;
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
  anyHeaderName: false,
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

function openSqs(
  features: TransportFeatures,
  { endpoint, requestHandler, stop }: LocalSqs,
): OpenTransport {
  const limits = watchAwsLimits();
  const held = new HeldSends();
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
    transport: () =>
      sqs({
        client: { ...client, requestHandler: holding(held, limits.around(requestHandler())) },
        waitTime: '1s',
      }),
    sendRequests: () => traffic.sendRequests,
    mistakes: () => [
      ...limits.violations.map(({ operation, limit, was }) => `${operation}: ${limit}, not ${was}`),
      ...(limits.requests.size === 0 ? ['no request was seen'] : []),
    ],
    close: async () => stop?.(),
    channel: async () => {
      const name = `q-${randomUUID()}`;
      const ending = features.order ? '.fifo' : '';
      const urls = {
        queue: await create(`${name}${ending}`),
        deadLetters: await create(`${name}-dlq${ending}`),
      };
      return new SqsChannel(`${name}${ending}`, endpoint, urls, traffic, held);
    },
  };
}

/** Holds up the sends to some queues, whose URL is in the request. */
const holding = (held: HeldSends, handler: SdkRequestHandler): SdkRequestHandler => ({
  ...handler,
  handle: async (request, options) => {
    if (request.headers['x-amz-target']?.startsWith('AmazonSQS.SendMessage') === true) {
      const text = new TextDecoder().decode(request.body as Uint8Array);
      await held.pass((name) => text.includes(`/${name}"`));
    }
    return handler.handle(request, options);
  },
});
