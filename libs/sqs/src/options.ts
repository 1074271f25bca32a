// eslint-disable-next-line @typescript-eslint/ban-ts-comment -- an error only where the SDK is absent, so nothing to expect here
/** @ts-ignore Without the SDK, which only a transport needs and not a channel, its types are `any`. */
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Duration } from '#base';
import type { TransportOptions } from 'throughline/transport';

/** How an application takes part in SQS. All of it has a default; region and credentials are the AWS SDK's own business. */
export interface SqsOptions extends TransportOptions {
  /**
   * Queues by the names that the code uses: a queue's name, its URL, or its ARN for another account's. Default: the same name.
   *
   * @example { 'my-order-queue': 'arn:aws:sqs:eu-central-1:123456789012:prod-orders' }
   */
  readonly queues?: Readonly<Record<string, string>>;
  /**
   * How long one poll waits for messages, 20 s at most. A stop waits for the polls to end, since a poll that is aborted loses
   * what it would have brought (aws-sdk-js#2350); where stops have to be quick, make it shorter. Default: `20s`.
   */
  readonly waitTime?: Duration;
  /** Makes queues that are missing. For development; elsewhere a missing queue is a mistake to be told. Default: false. */
  readonly createMissing?: boolean;
  /** For the SDK's client: region, endpoint, credentials … as its own documentation has them. */
  readonly client?: SQSClientConfig;
}
