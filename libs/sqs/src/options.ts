// eslint-disable-next-line @typescript-eslint/ban-ts-comment -- an error only where the SDK is absent, so nothing to expect here
/** @ts-ignore Without the SDK, which only a transport needs and not a channel, its types are `any`. */
import type { SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Duration } from '#base';
import type { TransportOptions } from 'throughline/transport';

/** Options of `sqs()`. All have defaults. Configure the region and credentials through the AWS SDK. */
export interface SqsOptions extends TransportOptions {
  /**
   * The queues at SQS, by the names in the code. Default: the same name. A queue is known by
   *
   * - its **name**, in the region, account and endpoint of `client`,
   * - its **ARN**, in the region and account that the ARN names,
   * - its **URL**, in the region of its host if that is a host of AWS, else at the URL's own origin.
   *
   * Each region and endpoint has a client of its own, with the options of `client`. Queues of one name in several regions or
   * accounts are told apart, and their dead letters stay in the queue's region and account. A malformed ARN or URL fails the start
   * with `TL_OPTION_INVALID`.
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
   * How long one poll waits for messages, 20 s at most. A shutdown waits for the polls to end, because the messages of an aborted
   * poll would stay hidden until their visibility timeout (aws-sdk-js#2350). For a faster shutdown, set a shorter time. Default:
   * `20s`.
   */
  readonly waitTime?: Duration;
  /**
   * Creates missing queues, each in its region. Use it in development. Without it, a missing queue fails the start. A queue that is
   * known by its ARN, or by its URL at AWS, is created only if the credentials name its account. Default: false.
   */
  readonly createMissing?: boolean;
  /** Options of the SDK's clients, such as region, endpoint and credentials. See the documentation of the AWS SDK. */
  readonly client?: SQSClientConfig;
}
