import { anyJson, type Transport } from 'throughline/transport';
import { KAFKA_SYSTEM, topic } from '../../kafka/src/channel.js';
import { queue, SQS_SYSTEM } from '../../sqs/src/channel.js';
import { MemoryBroker, type MemoryBrokerOptions } from './broker.js';
import { MemoryConnection } from './connection.js';
import { Queues } from './queue/queues.js';
import { Topics } from './topic/topics.js';

/** Options of {@link memory}. */
export interface MemoryOptions {
  /** The name of the transport, if an application has several. Channels refer to it with `transport`. Default: none. */
  readonly name?: string;
  /** A broker shared by several applications. Default: a new one. */
  readonly broker?: MemoryBroker;
  /** Creates queues and topics when they are first used. Default: true. */
  readonly createMissing?: boolean;
  /** The number of partitions of a created topic. Default: 3. */
  readonly partitions?: number;
  /** Where a group that has never read a topic starts reading. Default: `earliest`. */
  readonly from?: 'earliest' | 'latest';
}

/**
 * Creates an in-memory broker, for applications that share one and for tests that inspect it.
 *
 * @example
 * const broker = memoryBroker();
 * const orders = ThroughlineModule.forRoot({ name: 'orders', transports: [memory({ broker })] });
 * broker.queue('my-order-queue-dlq')?.messages; // the dead letters
 */
export const memoryBroker = (options: MemoryBrokerOptions = {}): MemoryBroker =>
  new MemoryBroker(options);

/**
 * Serves SQS and Kafka channels in this process with one transport. Channels and handlers stay the same. It implements the
 * brokers' ordering, retries, redelivery, groups, dead letters and redrives. You need no broker and no client.
 *
 * @example
 * ThroughlineModule.forRoot({ name: 'order-service', transports: [memory()] }) // instead of [sqs(), kafka({ brokers })]
 */
export function memory({
  name,
  broker = memoryBroker(),
  createMissing = true,
  partitions,
  from = 'earliest',
}: MemoryOptions = {}): Transport {
  return {
    name,
    systems: [SQS_SYSTEM.name, KAFKA_SYSTEM.name],
    channelOf: (pattern, address) => {
      const options = { schema: anyJson, ...(name !== undefined && { transport: name }) };
      return address === KAFKA_SYSTEM.name ? topic(pattern, options) : queue(pattern, options);
    },
    open: ({ name: application }) =>
      Promise.resolve(
        new MemoryConnection({
          sqs: new Queues(broker, { createMissing }),
          kafka: new Topics(broker, { application, createMissing, partitions, from }),
        }),
      ),
  };
}
