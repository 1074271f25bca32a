import type { Transport } from 'throughline/transport';
import { queue, SQS_SYSTEM } from './channel.js';
import type { SqsOptions } from './options.js';
import { anyJson } from 'throughline/transport';

/**
 * The transport for Amazon SQS. It polls on demand with long polls, extends visibility timeouts while handlers run, and deletes and
 * sends messages in batches. The AWS SDK is loaded when the application starts, not when you call this function.
 *
 * @example
 * ThroughlineModule.forRoot({ name: 'order-service', transports: [sqs({ queues: { 'my-order-queue': 'prod-orders' } })] })
 */
export function sqs(options: SqsOptions = {}): Transport {
  return {
    name: options.name,
    systems: [SQS_SYSTEM.name],
    nestPatterns: options.nestPatterns,
    channelOf: (name) =>
      queue(name, {
        schema: anyJson,
        ...(options.name !== undefined && { transport: options.name }),
      }),
    open: async (context) => {
      const { SqsConnection } = await import('./connection.js');
      return new SqsConnection(options, context);
    },
  };
}
