// eslint-disable-next-line @typescript-eslint/ban-ts-comment -- an error only where the SDK is absent, so nothing to expect here
/** @ts-ignore Without the SDK, which only a transport needs and not a channel, its types are `any`. */
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Duration } from '#base';
import type { TransportOptions } from 'throughline/transport';

/** Options of `sqs()`. All have defaults. Configure the region and credentials through the AWS SDK. */
export interface SqsOptions extends TransportOptions {
  /**
   * Maps the queue names in the code to queues in SQS. By default, the names are the same. A queue is identified by
   *
   * - its **name**, in the region, account and endpoint of `client`,
   * - its **ARN**, in the region and account that the ARN names,
   * - its **URL**, in the region of its host if that is an AWS host, otherwise at the URL's own origin.
   *
   * Each region and endpoint has its own client, with the options of `client`. Queues with the same name in several regions or
   * accounts are kept separate, and their dead letters stay in the queue's region and account. A malformed ARN or URL makes startup
   * fail with `TL_OPTION_INVALID`.
   *
   * @example
   * {
   *   'my-order-queue': 'prod-orders',
   *   'orders-of-the-shop': 'arn:aws:sqs:eu-central-1:123456789012:orders',
   *   'orders-of-the-depot': 'https://sqs.us-west-2.amazonaws.com/123456789012/orders',
   * }
   */
  readonly queues?: Readonly<Record<string, string>>;
  /**
   * How long one poll waits for messages, 20 s at most. A shutdown waits for the polls to end, because messages from an aborted poll
   * would stay hidden until their visibility timeout expires (aws-sdk-js#2350). For a faster shutdown, set a shorter time. Default:
   * `20s`.
   */
  readonly waitTime?: Duration;
  /**
   * Creates missing queues, each in its region. Use this option in development. Without it, a missing queue makes startup fail. A
   * queue that is configured by its ARN or by its AWS URL is created only if the credentials name its account. Default: false.
   */
  readonly createMissing?: boolean;
  /** Options of the SDK's clients, such as region, endpoint and credentials. See the documentation of the AWS SDK. */
  readonly client?: SQSClientConfig;
}
