import type { Transport } from 'throughline/transport';
import { SqsConnection } from './connection.js';
import type { SqsOptions } from './options.js';

/**
 * Amazon SQS as a transport: long polls by demand, messages held on to while their handler runs, deletes and sends in batches.
 *
 * @example
 * ThroughlineModule.forRoot({ name: 'order-service', transports: [sqs({ queues: { 'my-order-queue': 'prod-orders' } })] })
 */
export function sqs(options: SqsOptions = {}): Transport {
  return {
    name: 'sqs',
    kind: 'queue',
    open: (context) => new SqsConnection(options, context),
  };
}
