import { SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { checkCredentials } from './credentials-check.js';

/** Polls keep their sockets for as long as they wait; sends and settlements need some of their own. */
const SOCKETS = 100;
const CONNECT_WITHIN = 3_000;
/** Beyond the wait of a poll, after which its answer is not to be hoped for any more. */
const ANSWER_WITHIN = 10_000;

/**
 * The SDK's client, with defaults that have to be other than its own: MD5 sums off, since one bad sum discards a whole receive;
 * a timeout that ends a request, and does not only warn.
 */
export function sqsClient(config: SQSClientConfig, waitTime: number): SQSClient {
  const client = new SQSClient({
    maxAttempts: 3,
    md5: false,
    // With an endpoint of one's own, the queue URL's host would win otherwise, and warn of it on the console.
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
