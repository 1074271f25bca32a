import { anyJson, type Transport } from 'throughline/transport';
import { KAFKA_SYSTEM, topic } from '../../kafka/src/channel.js';
import { queue, SQS_SYSTEM } from '../../sqs/src/channel.js';
import { MemoryBroker, type MemoryBrokerOptions } from './broker.js';
import { MemoryConnection } from './connection.js';
import { Queues } from './queue/queues.js';
import { Topics } from './topic/topics.js';

/** How an application uses a broker in this process. */
export interface MemoryOptions {
  /** A name of its own, where an application has several transports; channels name it with `transport`. Default: none. */
  readonly name?: string;
  /** A broker that several applications share. Default: one of its own. */
  readonly broker?: MemoryBroker;
  /** Creates queues and topics when they are first used. Default: true. */
  readonly createMissing?: boolean;
  /** How many partitions a topic gets that is created. Default: 3. */
  readonly partitions?: number;
  /** Where a group begins that has never read a topic. Default: `earliest`. */
  readonly from?: 'earliest' | 'latest';
}

/**
 * A broker in this process, for applications that share one and for tests that look at it from outside.
 *
 * @example
 * const broker = memoryBroker();
 * const orders = ThroughlineModule.forRoot({ name: 'orders', transports: [memory({ broker })] });
 * broker.queue('my-order-queue-dlq')?.messages; // the dead letters
 */
export const memoryBroker = (options: MemoryBrokerOptions = {}): MemoryBroker =>
  new MemoryBroker(options);

/**
 * SQS and Kafka in this process, as one transport: the same channels and handlers, with the ordering, retries, redelivery, groups,
 * dead letters and redrives of the brokers. You need no broker and no client.
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
