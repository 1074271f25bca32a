import { randomUUID } from 'node:crypto';
import { queue, sqs } from 'throughline/sqs';
import { watchAwsLimits, type SdkRequestHandler } from '../../aws-limits/index.js';
import type {
  OpenTransport,
  SubjectApi,
  TransportFeatures,
  TransportSubject,
} from '../contract.js';
import { HeldSends } from '../fixture/held-sends.js';
import { SqsChannel } from './sqs-channel.fixture.js';
import { callSqs } from './sqs-wire.fixture.js';
import { SqsTraffic } from './sqs-traffic.fixture.js';

/** A running local SQS. */
export interface LocalSqs {
  readonly endpoint: string;
  /** A request handler of the AWS SDK for one more client. Its requests are checked against the limits of AWS. */
  readonly requestHandler: () => SdkRequestHandler;
  readonly stop?: () => Promise<void>;
}

/** The heartbeat extends it after a third, which leaves a busy machine two thirds of it. */
const VISIBILITY_MS = 12_000;

/** What differs between SQS servers. */
export interface SqsServer {
  readonly maxMessageBytes: number;
  /** Whether one receive may return several messages of a FIFO group. */
  readonly returnsGroupTogether: boolean;
}

export const standardFeatures = ({ maxMessageBytes }: SqsServer): TransportFeatures => ({
  order: false,
  keyInBatch: false,
  retry: 'source',
  failuresPersist: true,
  binaryBodies: false,
  anyHeaderName: false,
  delay: true,
  needsKey: false,
  deduplication: false,
  maxHeaders: 10,
  maxMessageBytes,
  prefetched: 20,
  redeliveredAfter: VISIBILITY_MS,
  seek: false,
  groups: false,
  commits: false,
});

export const fifoFeatures = (server: SqsServer): TransportFeatures => ({
  ...standardFeatures(server),
  order: true,
  keyInBatch: server.returnsGroupTogether,
  retry: 'lane',
  failuresPersist: false,
  delay: false,
  needsKey: true,
  deduplication: true,
});

/** How applications use queues. */
export const queueApi: SubjectApi = {
  channel: queue,
  hasOrderOptions: false,
  handlerOptions: ({ redeliveredAfter }) => ({ visibility: redeliveredAfter }),
  delayed: (delay) => ({ delay }),
  deduplicated: (deduplicationId) => ({ deduplicationId }),
  wrongPublishOptions: [
    ['a delay that is a symbol', { delay: Symbol('s') }, 'TL_OPTION_INVALID'],
    ['a partition, which only a topic has', { partition: 0 }, 'TL_OPTION_UNKNOWN'],
  ],
  errorCodes: {
    channelMissing: 'TL_SQS_QUEUE_MISSING',
    tooLarge: ['TL_SQS_MESSAGE_TOO_LARGE', 'TL_SQS_REFUSED'],
    unavailable: 'TL_SQS_UNAVAILABLE',
    lost: 'TL_SQS_VISIBILITY_LOST',
    keyMissing: 'TL_SQS_GROUP_MISSING',
    headersInvalid: 'TL_SQS_HEADER_INVALID',
  },
};

/** Queues on a local SQS as the suite's subject. */
export const sqsSubject = (
  features: TransportFeatures,
  server: () => Promise<LocalSqs>,
): TransportSubject => ({
  features,
  api: queueApi,
  open: async () => openSqs(features, await server()),
});

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
    const { QueueUrl = '' } = await callSqs(endpoint, 'CreateQueue', {
      QueueName: name,
      Attributes,
    });
    return QueueUrl;
  };
  return {
    transport: () =>
      sqs({
        client: { ...client, requestHandler: holding(held, limits.around(requestHandler())) },
        waitTime: '1s',
      }),
    sendRequests: () => traffic.sendRequests,
    violations: () => [
      ...limits.violations.map(({ operation, limit, was }) => `${operation}: ${limit}, not ${was}`),
      ...(limits.requests.size === 0 ? ['no request was recorded'] : []),
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

/** Delays the sends to held queues, which it recognizes by the URL in the request. */
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
