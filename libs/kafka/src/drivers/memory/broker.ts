import { randomUUID } from 'node:crypto';
import { ThroughlineError, type ErrorClass } from '#base';

import type {
  NewTopic,
  OutgoingRecord,
  Position,
  ProducerOptions,
  TopicPartition,
} from '../../driver.js';
import { Group } from './group.js';
import { partitionOf } from '../murmur2.js';
import { PartitionLog } from './partition-log.js';
import { sizeAsGzip, sizeOf, toStored } from './wire.js';

type Compression = ProducerOptions['compression'];

/** The maximum size of a record: `message.max.bytes` of a real broker, without the few bytes of framing. */
const maxMessage = 1_048_576;

/** Receives the events of the broker. */
export interface BrokerWatch {
  changed(): void;
  unavailable(): void;
  available(): void;
}

interface Topic {
  readonly logs: readonly PartitionLog[];
  readonly config: Readonly<Record<string, string>>;
}

/** An in-memory broker: topics, their partitions, and the groups that read them, in this process. */
export class MemoryBroker {
  readonly #topics = new Map<string, Topic>();
  readonly #groups = new Map<string, Group>();
  readonly #watches = new Set<BrokerWatch>();
  #nextPartition = 0;
  #isUnavailable = false;

  get isUnavailable(): boolean {
    return this.#isUnavailable;
  }

  create({ name, partitions, config = {} }: NewTopic): void {
    if (!/^[\w.-]{1,249}$/.test(name) || name === '.' || name === '..') {
      throw new ThroughlineError(
        'TL_KAFKA_TOPIC_INVALID',
        `"${name}" is not a valid topic name. Use 1 to 249 letters, digits, dots, hyphens and underscores.`,
      );
    }
    if (!Number.isSafeInteger(partitions) || partitions < 1) {
      throw new ThroughlineError(
        'TL_KAFKA_TOPIC_INVALID',
        `The topic ${name} cannot have ${partitions} partitions. Use a positive integer.`,
      );
    }
    if (this.#topics.has(name)) return;
    const id = randomUUID();
    const logs = Array.from({ length: partitions }, () => new PartitionLog(id));
    this.#topics.set(name, { logs, config });
    // Members that joined while the topic was missing were assigned none of its partitions.
    for (const group of this.#groups.values()) group.topicAdded(name);
    this.#notify((watch) => {
      watch.changed();
    });
  }

  /** Returns the number of partitions of a topic, or `undefined` if the topic does not exist. */
  partitions(topic: string): number | undefined {
    return this.#topics.get(topic)?.logs.length;
  }

  /** @throws ThroughlineError `TL_KAFKA_TOPIC_MISSING` */
  topic(name: string): Topic {
    const topic = this.#topics.get(name);
    if (topic === undefined) throw topicMissing(name);
    return topic;
  }

  append(record: OutgoingRecord, compression: Compression = 'none'): Position {
    this.refuseIfUnavailable('Sending');
    const { topic } = record;
    const { logs, config } = this.topic(topic);
    const stored = toStored(record);
    const size = sizeOf(stored);
    if (size > maxMessage && (compression === 'none' || sizeAsGzip(stored) > maxMessage)) {
      throw new ThroughlineError(
        'TL_KAFKA_MESSAGE_TOO_LARGE',
        `A record for ${topic} is ${size} bytes. The broker accepts at most ${maxMessage}.`,
        { errorClass: 'refused' },
      );
    }
    if (stored.key === null && config['cleanup.policy']?.includes('compact') === true) {
      throw new ThroughlineError(
        'TL_KAFKA_RECORD_REFUSED',
        `A record for ${topic} has no key, but the topic is compacted, so each record needs a key (INVALID_RECORD).`,
        { errorClass: 'refused' },
      );
    }
    const partition = record.partition ?? this.#choose(stored.key, logs.length);
    const log = logs[partition];
    if (log === undefined) {
      const message = `The topic ${topic} has no partition ${partition}.`;
      throw new ThroughlineError('TL_KAFKA_TOPIC_MISSING', message, { errorClass: 'refused' });
    }
    const offset = log.append(stored);
    this.#notify((watch) => {
      watch.changed();
    });
    return { topic, partition, offset };
  }

  /** Deletes a topic. Consumers of the topic keep trying to read it. */
  delete(name: string): void {
    this.#topics.delete(name);
    this.#notify((watch) => {
      watch.changed();
    });
  }

  log({ topic, partition }: TopicPartition): PartitionLog | undefined {
    return this.#topics.get(topic)?.logs[partition];
  }

  group(name: string): Group {
    const group = this.#groups.get(name) ?? new Group(this);
    this.#groups.set(name, group);
    return group;
  }

  watch(watch: BrokerWatch): () => void {
    this.#watches.add(watch);
    return () => this.#watches.delete(watch);
  }

  makeUnavailable(): void {
    if (this.#isUnavailable) return;
    this.#isUnavailable = true;
    this.#notify((watch) => {
      watch.unavailable();
    });
  }

  makeAvailable(): void {
    if (!this.#isUnavailable) return;
    this.#isUnavailable = false;
    this.#notify((watch) => {
      watch.available();
    });
    for (const group of this.#groups.values()) group.rebalance();
  }

  refuseIfUnavailable(doing: string): void {
    if (!this.#isUnavailable) return;
    throw new ThroughlineError(
      'TL_KAFKA_UNAVAILABLE',
      `${doing} failed: the in-memory broker is unavailable.`,
    );
  }

  #notify(what: (watch: BrokerWatch) => void): void {
    for (const watch of [...this.#watches]) what(watch);
  }

  #choose(key: Uint8Array | null, partitions: number): number {
    if (key !== null) return partitionOf(key, partitions);
    this.#nextPartition += 1;
    return this.#nextPartition % partitions;
  }
}

export function topicMissing(topic: string, errorClass: ErrorClass = 'blocked'): ThroughlineError {
  return new ThroughlineError(
    'TL_KAFKA_TOPIC_MISSING',
    `The topic ${topic} does not exist, and this request does not create it. Create the topic first.`,
    { errorClass },
  );
}
