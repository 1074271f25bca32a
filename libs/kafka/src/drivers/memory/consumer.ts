import type {
  AssignedPartition,
  ConsumerListener,
  ConsumerOptions,
  KafkaConsumer,
  LogChange,
  PartitionCommit,
  Position,
  TopicPartition,
} from '../../driver.js';
import { sentenceOf, settledWithin, ThroughlineError } from '#base';

import { driverLogger } from '../driver-logger.js';
import { checkOffset, keyOf, Membership } from '../membership.js';
import { topicMissing, type MemoryBroker } from './broker.js';
import type { Group, Member } from './group.js';
import type { PartitionLog } from './partition-log.js';

const mostRecords = 500;
const revokeTimeout = 10_000;
const lastRevoke = 2_500;
const afterThrowingListener = 1_000;

/** A position in a log. */
interface Reading extends Position {
  readonly log: string | undefined;
}

/** A member of a group on the broker in this process. */
export class MemoryConsumer implements KafkaConsumer {
  readonly #membership: Membership;
  readonly #group: Group;
  readonly #member: Member;
  readonly #joined = Promise.withResolvers<undefined>();
  readonly #positions = new Map<string, Reading>();
  readonly #failedTopics = new Set<string>();
  /** The partitions to which the listener applies backpressure. */
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
      from: options.from,
      revoke: () => this.#revoke(revokeTimeout),
      assign: (partitions) => {
        this.#assign(partitions);
      },
    };
    this.#unwatch = broker.watch({
      changed: () => {
        this.#schedule();
      },
      unavailable: () => {
        if (!this.#started) return;
        this.#membership.lose('disconnected');
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
    for (const position of positions) {
      const reading = this.#positions.get(keyOf(position));
      if (reading === undefined || !this.#membership.reads(position)) continue;
      this.#positions.set(keyOf(position), { ...position, log: reading.log });
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
    for (const { topic, partition, log, start } of partitions) {
      const key = keyOf({ topic, partition });
      const position = wanted.get(key) ?? { topic, partition, offset: start };
      this.#positions.set(key, { ...position, log: log.id });
    }
    this.#joined.resolve(undefined);
    this.#schedule();
  }

  /**
   * Compares a position with the log. Returns the position, adjusted if the log has changed, or nothing while the topic is missing.
   */
  #checked(at: Reading): Reading | undefined {
    const log = this.broker.log(at);
    this.#reportTopic(at.topic, log !== undefined);
    if (log === undefined) return undefined;
    const change = changeOf(at, log);
    if (change === undefined) return at;
    const offset = change.kind === 'replaced' ? change.log.start : change.offset;
    const { topic, partition } = at;
    this.#positions.set(keyOf(at), { topic, partition, offset, log: log.state.id });
    this.#membership.logChanged({ topic, partition }, change);
    return this.#positions.get(keyOf(at));
  }

  #reportTopic(topic: string, exists: boolean): void {
    if (exists) {
      if (this.#failedTopics.delete(topic)) this.#membership.topicRecovered(topic);
    } else if (!this.#failedTopics.has(topic)) {
      this.#failedTopics.add(topic);
      this.#membership.topicFailed(topic, topicMissing(topic));
    }
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
      const before = this.#positions.get(key);
      if (before === undefined || !this.#membership.reads(before)) continue;
      const at = this.#checked(before);
      if (at === undefined || this.#patient.has(key) || !this.#membership.delivers(at)) continue;
      const bytes = this.options.maxBytesPerPartition;
      const records = this.broker.log(at)?.read(at.offset, mostRecords, bytes) ?? [];
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
        const { offset, leaderEpoch } = last;
        this.#positions.set(key, { ...at, offset: offset + 1, leaderEpoch });
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

function changeOf(at: Reading, log: PartitionLog): LogChange | undefined {
  const { id, start, end } = log.state;
  if (id !== at.log) return { kind: 'replaced', log: log.state };
  if (at.offset < start) return { kind: 'trimmed', offset: start };
  const kept = at.leaderEpoch === undefined ? undefined : log.endOfEpoch(at.leaderEpoch);
  if (kept !== undefined && kept < at.offset) {
    return { kind: 'truncated', offset: Math.max(kept, start) };
  }
  // The offset from which on the log has changed is unknown, so reading begins again at the start of the log.
  return at.offset > end ? { kind: 'truncated', offset: start } : undefined;
}

function closed(): ThroughlineError {
  return new ThroughlineError('TL_KAFKA_CLOSED', 'The Kafka consumer is closed.');
}
