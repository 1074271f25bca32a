import type {
  AssignedPartition,
  ConsumerListener,
  ConsumerOptions,
  KafkaConsumer,
  PartitionCommit,
  TopicPartition,
} from '../../driver.js';
import { ThroughlineError, reasonOf } from 'throughline';

import { deferred, waitAtMost } from '../deadline.js';
import { driverLogger } from '../driver-logger.js';
import { keyOf, Membership } from '../membership.js';
import { topicMissing, type MemoryBroker } from './broker.js';
import type { Group, Member } from './group.js';

const mostRecords = 500;
const revokeTimeout = 10_000;
const lastRevoke = 2_500;
const afterThrowingListener = 1_000;

/** A member of a group on the broker in this process. */
export class MemoryConsumer implements KafkaConsumer {
  readonly #membership: Membership;
  readonly #group: Group;
  readonly #member: Member;
  readonly #joined = deferred();
  readonly #positions = new Map<string, TopicPartition & { readonly offset: number }>();
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
      away: () => {
        if (!this.#started) return;
        this.#membership.lose();
        listener.down(new Error('The in-memory broker is away'));
      },
      back: () => {
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

  async commit(commits: readonly PartitionCommit[]): Promise<void> {
    this.#membership.checkCommit(commits);
    await new Promise(setImmediate);
    this.broker.refuseIfAway('The commit');
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
    await waitAtMost(timeout, this.#membership.revoke());
    this.#membership.release();
  }

  #assign(partitions: readonly AssignedPartition[]): void {
    if (this.#stopped !== undefined) return;
    const wanted = this.#membership.assign(partitions);
    this.#positions.clear();
    for (const { topic, partition, committed } of partitions) {
      const key = keyOf({ topic, partition });
      const end = this.broker.end(topic, partition);
      const edge = this.options.from === 'earliest' ? 0 : end;
      const asked = wanted.get(key) ?? committed?.offset ?? edge;
      // As on a real broker: an offset that does not exist (out of range) is as good as none.
      this.#positions.set(key, { topic, partition, offset: asked > end ? edge : asked });
    }
    this.#joined.resolve();
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#deliver();
    });
  }

  /** One bounded batch of each partition, then the event loop has its turn. */
  #deliver(): void {
    this.#isScheduled = false;
    if (this.broker.isAway) return;
    for (const at of [...this.#positions.values()]) {
      const { topic, partition, offset } = at;
      if (!this.#membership.delivers(at)) continue;
      const bytes = this.options.maxBytesPerPartition;
      const records = this.broker.read(topic, partition, offset, mostRecords, bytes);
      if (records.length === 0) continue;
      try {
        this.listener.records({ topic, partition }, records);
      } catch (error) {
        driverLogger.error(
          `records() of a Kafka listener threw: ${reasonOf(error)}; they come again.`,
        );
        this.#scheduleLater();
        return;
      }
      this.#positions.set(keyOf(at), { topic, partition, offset: offset + records.length });
      this.#schedule();
    }
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
