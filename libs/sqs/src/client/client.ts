import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { checkCredentials } from './credentials-check.js';

/**
 * The maximum number of sockets. A long poll occupies its socket while it waits, and sends and settlements need sockets of their
 * own.
 */
const SOCKETS = 100;
const CONNECT_WITHIN = 3_000;
/** How much longer than a poll's wait time a request may take, in milliseconds. */
const ANSWER_WITHIN = 10_000;

/**
 * Creates the SDK's client. Two settings differ from the SDK's defaults. MD5 checks are off, because one wrong checksum would
 * discard a whole receive. A request timeout ends the request instead of logging a warning.
 */
export function sqsClient(config: SQSClientConfig, waitTime: number): SQSClient {
  const client = new SQSClient({
    maxAttempts: 3,
    md5: false,
    // Otherwise the SDK sends to the host of the queue's URL, and logs a warning. `Clients` has a client for each place instead.
    useQueueUrlAsEndpoint: false,
    ...config,
    requestHandler: config.requestHandler ?? {
      connectionTimeout: CONNECT_WITHIN,
      requestTimeout: waitTime + ANSWER_WITHIN,
      throwOnRequestTimeout: true,
      httpAgent: { maxSockets: SOCKETS },
      httpsAgent: { maxSockets: SOCKETS },
    },
  });
  checkCredentials(client);
  return client;
}
