import type { Transport } from 'throughline/transport';
import { queue, SQS_SYSTEM } from './channel.js';
import type { SqsOptions } from './options.js';
import { anyJson } from 'throughline/transport';

/**
 * Amazon SQS as a transport: long polls by demand, visibility extended while a handler runs, deletes and sends in batches. The AWS
 * SDK is loaded when the application starts, not when this is called.
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
