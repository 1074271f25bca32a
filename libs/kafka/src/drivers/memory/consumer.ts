import type {
  AssignedPartition,
  ConsumerListener,
  ConsumerOptions,
  KafkaConsumer,
  PartitionCommit,
  Position,
  TopicPartition,
} from '../../driver.js';
import { sentenceOf, settledWithin, ThroughlineError } from '#base';

import { driverLogger } from '../driver-logger.js';
import { checkOffset, keyOf, Membership } from '../membership.js';
import { topicMissing, type MemoryBroker } from './broker.js';
import type { Group, Member } from './group.js';

const mostRecords = 500;
const revokeTimeout = 10_000;
const lastRevoke = 2_500;
const afterThrowingListener = 1_000;

/** A member of a consumer group on the in-memory broker. */
export class MemoryConsumer implements KafkaConsumer {
  readonly #membership: Membership;
  readonly #group: Group;
  readonly #member: Member;
  readonly #joined = Promise.withResolvers<undefined>();
  readonly #positions = new Map<string, TopicPartition & { readonly offset: number }>();
  /** The keys of the partitions whose listener applies backpressure. */
  readonly #patient = new Set<string>();
  readonly #unwatch: () => void;
  #isScheduled = false;
  #started = false;
  #stopped: Promise<void> | undefined;

  constructor(
    private readonly broker: MemoryBroker,
    private readonly options: ConsumerOptions,
    private readonly listener: ConsumerListener,
  ) {
    this.#membership = new Membership(listener);
    this.#joined.promise.catch(() => undefined); // nobody may have called start()
    this.#group = broker.group(options.group);
    this.#member = {
      topics: options.topics,
      revoke: () => this.#revoke(revokeTimeout),
      assign: (partitions) => {
        this.#assign(partitions);
      },
    };
    this.#unwatch = broker.watch({
      appended: () => {
        this.#schedule();
      },
      unavailable: () => {
        if (!this.#started) return;
        this.#membership.lose();
        listener.down(
          new ThroughlineError('TL_KAFKA_UNAVAILABLE', 'The in-memory broker is unavailable.'),
        );
      },
      available: () => {
        if (this.#started) listener.up();
      },
    });
  }

  async start(): Promise<void> {
    if (this.#stopped !== undefined) throw closed();
    if (!this.#started) {
      const missing = this.options.topics.find((topic) => !this.broker.partitions(topic));
      if (missing !== undefined) throw topicMissing(missing);
      this.#started = true;
      this.#group.join(this.#member);
    }
    await this.#joined.promise;
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#membership.pause(partitions);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#membership.resume(partitions);
    this.#schedule();
  }

  seek(positions: readonly Position[]): void {
    positions.forEach(checkOffset);
    for (const { topic, partition, offset } of positions) {
      if (this.#membership.reads({ topic, partition })) this.#read({ topic, partition }, offset);
    }
    this.#schedule();
  }

  async commit(commits: readonly PartitionCommit[]): Promise<void> {
    this.#membership.checkCommit(commits);
    await new Promise(setImmediate);
    this.broker.refuseIfUnavailable('The commit');
    this.#membership.checkCommit(commits);
    for (const commit of commits) this.#group.commit(commit);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#joined.reject(closed());
    await this.#revoke(lastRevoke);
    this.#unwatch();
    this.#group.leave(this.#member);
  }

  async #revoke(timeout: number): Promise<void> {
    if (this.#membership.isOut) return;
    await settledWithin(timeout, this.#membership.revoke());
    this.#membership.release();
  }

  #assign(partitions: readonly AssignedPartition[]): void {
    if (this.#stopped !== undefined) return;
    const wanted = this.#membership.assign(partitions);
    this.#positions.clear();
    for (const { topic, partition, committed } of partitions) {
      const asked = wanted.get(keyOf({ topic, partition })) ?? committed?.offset;
      this.#read({ topic, partition }, asked ?? this.#edge({ topic, partition }));
    }
    this.#joined.resolve(undefined);
    this.#schedule();
  }

  /** Sets the position of a partition. As on a real broker, an offset that is out of range counts as none. */
  #read({ topic, partition }: TopicPartition, asked: number): void {
    const { start, end } = this.broker.edges(topic, partition);
    const offset = asked < start || asked > end ? this.#edge({ topic, partition }) : asked;
    this.#positions.set(keyOf({ topic, partition }), { topic, partition, offset });
  }

  #edge({ topic, partition }: TopicPartition): number {
    const { start, end } = this.broker.edges(topic, partition);
    return this.options.from === 'earliest' ? start : end;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#deliver();
    });
  }

  /** Delivers one batch of limited size per partition, then yields to the event loop. */
  #deliver(): void {
    this.#isScheduled = false;
    if (this.broker.isUnavailable) return;
    for (const key of [...this.#positions.keys()]) {
      const at = this.#positions.get(key);
      if (at === undefined || this.#patient.has(key) || !this.#membership.delivers(at)) continue;
      const bytes = this.options.maxBytesPerPartition;
      const records = this.broker.read(at, at.offset, mostRecords, bytes);
      const last = records.at(-1);
      if (last === undefined) continue;
      try {
        const patience = this.listener.records(
          { topic: at.topic, partition: at.partition },
          records,
        );
        if (patience instanceof Promise) void this.#waitFor(key, patience);
      } catch (error) {
        driverLogger.error(
          `Throughline could not accept records from ${key}: ${sentenceOf(error)} The records will be redelivered.`,
        );
        this.#scheduleLater();
        return;
      }
      // The listener may have called seek() meanwhile.
      if (this.#positions.get(key) === at) {
        this.#positions.set(key, { ...at, offset: last.offset + 1 });
      }
      this.#schedule();
    }
  }

  async #waitFor(key: string, patience: Promise<void>): Promise<void> {
    this.#patient.add(key);
    await patience;
    this.#patient.delete(key);
    this.#schedule();
  }

  #scheduleLater(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setTimeout(() => {
      this.#deliver();
    }, afterThrowingListener).unref();
  }
}

function closed(): ThroughlineError {
  return new ThroughlineError('TL_KAFKA_CLOSED', 'The Kafka consumer is closed.');
}
