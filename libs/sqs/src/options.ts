// eslint-disable-next-line @typescript-eslint/ban-ts-comment -- an error only where the SDK is absent, so nothing to expect here
/**
 * Options of `sqs()`. All have defaults. Configure the region and credentials through the AWS SDK.
 *
 * @ts-ignore Without the SDK, which only a transport needs and not a channel, its types are `any`.
 */
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Duration } from '#base';
import type { TransportOptions } from 'throughline/transport';

/**
 * The queues at SQS, by the names in the code: a name, a URL, or an ARN for a queue of another account. Default: the same name.
 */
export interface SqsOptions extends TransportOptions {
  /**
   * How long one poll waits for messages, 20 s at most. A shutdown waits for the polls to end, because the messages of an aborted
   * poll would stay hidden until their visibility timeout (aws-sdk-js#2350). For a faster shutdown, set a shorter time. Default:
   * `20s`.
   *
   * @example { 'my-order-queue': 'arn:aws:sqs:eu-central-1:123456789012:prod-orders' }
   */
  readonly queues?: Readonly<Record<string, string>>;
  /** Creates missing queues. Use it in development. Without it, a missing queue fails the start. Default: false. */
  readonly waitTime?: Duration;
  /** Options of the SDK's client, such as region, endpoint and credentials. See the documentation of the AWS SDK. */
  readonly createMissing?: boolean;
  /** For the SDK's client: region, endpoint, credentials … as its own documentation has them. */
  readonly client?: SQSClientConfig;
}
