import { assertOptions, isRecord, rule, type RulesFor } from '#base';
import { anyJson, type Transport } from 'throughline/transport';
import { KAFKA_SYSTEM, topic } from '../../kafka/src/channel.js';
import { queue, SQS_SYSTEM } from '../../sqs/src/channel.js';
import { MemoryBroker, type MemoryBrokerOptions } from './broker.js';
import { MemoryConnection } from './connection.js';
import { Queues } from './queue/queues.js';
import { Topics } from './topic/topics.js';

/** Options of {@link memory}. */
export interface MemoryOptions {
  /**
   * The name of the transport, to which channels refer with `transport`. Needed if an application has several transports of this
   * kind. Default: none.
   */
  readonly name?: string;
  /** The broker to use. Several applications can share a broker. Default: a new broker. */
  readonly broker?: MemoryBroker;
  /** Whether queues and topics are created when they are first used. Default: true. */
  readonly createMissing?: boolean;
  /** The number of partitions of a topic that the transport creates. Default: 3. */
  readonly partitions?: number;
  /** Where a consumer group starts reading a topic that it has never read. Default: `earliest`. */
  readonly from?: 'earliest' | 'latest';
}

const RULES: RulesFor<MemoryOptions> = {
  name: rule.text,
  broker: {
    expected: 'a broker of memoryBroker()',
    accepts: (value) => value instanceof MemoryBroker,
  },
  createMissing: rule.flag,
  partitions: rule.integerFrom(1),
  from: rule.oneOf('earliest', 'latest'),
};

const BROKER_RULES: RulesFor<MemoryBrokerOptions> = {
  clock: rule.withMethods('a clock: { now, after }', 'now', 'after'),
};

/**
 * Creates an in-memory broker, for applications that share a broker and for tests that inspect one.
 *
 * @example
 * const broker = memoryBroker();
 * const orders = ThroughlineModule.forRoot({ name: 'orders', transports: [memory({ broker })] });
 * broker.queue('my-order-queue-dlq')?.messages; // the dead letters
 */
export function memoryBroker(options: MemoryBrokerOptions = {}): MemoryBroker {
  assertOptions('memoryBroker()', options, BROKER_RULES);
  return new MemoryBroker(options);
}

/**
 * Creates a transport that serves SQS and Kafka channels in this process. Channels and handlers stay the same. The transport
 * implements the ordering, retries, redelivery, groups, dead letters and redrives of these brokers. You need no broker and no
 * client.
 *
 * @example
 * ThroughlineModule.forRoot({ name: 'order-service', transports: [memory()] }) // instead of [sqs(), kafka({ brokers })]
 */
export function memory(given: MemoryOptions = {}): Transport {
  const options: MemoryOptions = isRecord(given) ? given : {};
  const { name, createMissing = true, partitions, from = 'earliest' } = options;
  const broker = options.broker ?? memoryBroker();
  return {
    name,
    systems: [SQS_SYSTEM.name, KAFKA_SYSTEM.name],
    channelOf: (pattern, address) => {
      const anything = { schema: anyJson, ...(name !== undefined && { transport: name }) };
      return address === KAFKA_SYSTEM.name ? topic(pattern, anything) : queue(pattern, anything);
    },
    // An error becomes a rejection, so that it is reported together with the errors of other transports.
    // eslint-disable-next-line @typescript-eslint/require-await
    open: async ({ name: application }) => {
      assertOptions('memory()', given, RULES);
      return new MemoryConnection({
        sqs: new Queues(broker, { createMissing }),
        kafka: new Topics(broker, { application, createMissing, partitions, from }),
      });
    },
  };
}
