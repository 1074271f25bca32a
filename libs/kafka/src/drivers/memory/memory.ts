import { ThroughlineError } from '#base';

import type {
  KafkaDriver,
  KafkaProducer,
  PartitionCommit,
  PlaceInTopic,
  Position,
  ProducerOptions,
} from '../../driver.js';
import { MissingTopics } from '../outages/missing-topics.js';
import { MemoryBroker, topicMissing } from './broker.js';
import { MemoryConsumer } from './consumer.js';
import { retentionOf } from '../retention.js';
import type { PartitionLog } from './partition-log.js';

/** A broker in this process. Tests can make it unavailable. */
export interface MemoryDriver extends KafkaDriver {
  /** Makes the broker unavailable. The broker keeps its records. */
  makeUnavailable(): void;
  makeAvailable(): void;
  /** Removes the records before an offset of a partition, as retention does on a broker. */
  trim(before: Position): void;
  /** Drops the records in a partition from an offset on, as an unclean leader election does. */
  truncate(from: Position): void;
  /** Deletes a topic. A topic with the same name that is created later is a different topic. */
  deleteTopic(name: string): void;
  /** Replaces all of a group's commits, as an external tool may do while the group has no members. */
  resetCommits(group: string, commits: readonly PartitionCommit[]): void;
}

/**
 * Creates the driver for an in-memory Kafka, with partitions, groups, rebalances, offsets and headers as bytes. Use this driver in
 * tests, and to try out Throughline without a broker. Each call creates its own broker. All data is lost when the process exits.
 *
 * @example
 * const driver = memory();
 * await driver.create([{ name: 'order_events', partitions: 3 }]);
 */
export function memory(): MemoryDriver {
  const broker = new MemoryBroker();
  const open = new Set<{ stop(): Promise<void> }>();

  return {
    name: 'memory',
    address: undefined,
    consumer: (options, listener) => {
      const consumer = new MemoryConsumer(broker, options, listener);
      open.add(consumer);
      return consumer;
    },
    producer: (options = {}) => produceTo(broker, options),
    describe: (names) =>
      afterOneTurn('Listing topics', broker, () => {
        const found = names.map((name) => [name, broker.partitions(name) ?? 0] as const);
        return new Map(found.filter(([, partitions]) => partitions > 0));
      }),
    create: (topics) =>
      afterOneTurn('Creating topics', broker, () => {
        for (const topic of topics) broker.create(topic);
      }),
    offsets: (topic, at) =>
      afterOneTurn('Reading offsets', broker, () => offsetsOf(broker.topic(topic).logs, at)),
    committed: (group, topic) =>
      afterOneTurn('Reading commits', broker, () => {
        broker.topic(topic);
        return broker.group(group).committed(topic);
      }),
    unread: (group, topics) =>
      afterOneTurn('Describing the group', broker, () => broker.group(group).unread(topics)),
    retention: (topic) =>
      afterOneTurn('Reading settings', broker, () => retentionOf(broker.topic(topic).config)),
    close: async () => {
      await Promise.all([...open].map((consumer) => consumer.stop()));
      open.clear();
    },
    makeUnavailable: () => {
      broker.makeUnavailable();
    },
    makeAvailable: () => {
      broker.makeAvailable();
    },
    trim: ({ topic, partition, offset }) => {
      broker.topic(topic).logs[partition]?.trim(offset);
    },
    truncate: ({ topic, partition, offset }) => {
      broker.topic(topic).logs[partition]?.truncate(offset);
    },
    deleteTopic: (name) => {
      broker.delete(name);
    },
    resetCommits: (name, commits) => {
      const group = broker.group(name);
      group.forget();
      for (const commit of commits) group.commit(commit);
    },
  };
}

function offsetsOf(logs: readonly PartitionLog[], at: PlaceInTopic): ReadonlyMap<number, number> {
  const find = (log: PartitionLog): number => {
    if (at === 'earliest') return log.state.start;
    return at === 'latest' ? log.state.end : log.offsetAt(at);
  };
  return new Map(logs.map((log, partition) => [partition, find(log)]));
}

function produceTo(broker: MemoryBroker, { compression }: ProducerOptions): KafkaProducer {
  const missing = new MissingTopics();
  let closed = false;
  return {
    send: async (records) => {
      if (closed) throw new ThroughlineError('TL_KAFKA_CLOSED', 'The Kafka producer is closed.');
      await new Promise(setImmediate);
      const sent = records.map(async (record) => {
        const { topic } = record;
        if (broker.partitions(topic) === undefined && !broker.isUnavailable) {
          throw topicMissing(topic, missing.missing(topic));
        }
        missing.found(topic);
        return Promise.resolve(broker.append(record, compression));
      });
      return Promise.allSettled(sent);
    },
    close: () => {
      closed = true;
      return Promise.resolve();
    },
  };
}

/** Runs a request asynchronously, as if it went over a network. */
async function afterOneTurn<T>(doing: string, broker: MemoryBroker, work: () => T): Promise<T> {
  await new Promise(setImmediate);
  broker.refuseIfUnavailable(doing);
  return work();
}
