import type {
  ConsumerListener,
  ConsumerOptions,
  KafkaConsumer,
  PartitionCommit,
  Position,
  TopicPartition,
} from '../../../driver.js';
import { settledWithin } from '#base';
import { checkOffset, fenced, Membership } from '../../membership.js';
import { GroupSession, type SessionParts } from './group-session.js';
import { closed, isConfigurationError, toKafkaError } from '../kafka-errors.js';
import type { KafkaJsSettings } from '../options.js';
import { Outage } from '../../outages/outage.js';
import { Rebuilds } from './rebuilds.js';
import { SessionWatch } from '../../outages/session-watch.js';
import { TopicWatch } from './topic-watch.js';

/**
 * How long a stop waits for `revoking`, in milliseconds. A stop may take 5 s in total, so the rest remains for leaving and closing.
 */
const lastRevoke = 2_500;

/** A member of a consumer group. It replaces its kafkajs consumer whenever that consumer crashes. */
export class KafkaJsConsumer implements KafkaConsumer {
  readonly #membership: Membership;
  readonly #outage: Outage;
  readonly #rebuilds = new Rebuilds();
  readonly #topics: TopicWatch;
  readonly #last: SessionParts['last'] = { value: { owned: [], generation: -1 } };
  readonly #sessionWatch: SessionWatch;
  readonly #member = Promise.withResolvers<undefined>();
  #session: GroupSession | undefined;
  #running: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(
    private readonly settings: KafkaJsSettings,
    private readonly options: ConsumerOptions,
    private readonly listener: ConsumerListener,
    private readonly onStopped: () => void,
  ) {
    this.#membership = new Membership(listener);
    this.#member.promise.catch(() => undefined); // nobody may have called start()
    this.#outage = new Outage(listener);
    this.#topics = new TopicWatch(options.topics, this.#membership);
    this.#sessionWatch = new SessionWatch(options.sessionTimeout, () => {
      this.#membership.lose('expelled');
    });
  }

  async start(): Promise<void> {
    if (this.#stopped !== undefined) throw closed('consumer');
    this.#running ??= this.#run();
    await this.#member.promise;
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#membership.pause(partitions);
    this.#session?.pause(partitions);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#membership.resume(partitions);
    this.#session?.resume(partitions);
  }

  seek(positions: readonly Position[]): void {
    positions.forEach(checkOffset);
    this.#session?.seek(positions.filter((one) => this.#membership.reads(one)));
  }

  async commit(commits: readonly PartitionCommit[]): Promise<void> {
    const [first] = commits;
    if (first === undefined) return;
    this.#membership.checkCommit(commits);
    if (this.#session === undefined) throw fenced(first);
    await this.#session.commit(commits);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#member.reject(closed('consumer'));
    this.#rebuilds.end();
    this.#session?.stopReceiving();
    await settledWithin(lastRevoke, this.#membership.revoke());
    this.#membership.release();
    this.#outage.end();
    this.#sessionWatch.end();
    await this.#session?.stop();
    if (this.#running !== undefined) await settledWithin(500, this.#running);
    this.onStopped();
  }

  /** Runs kafkajs consumers, one after the other, until stopped. A crash of kafkajs counts as an outage. */
  async #run(): Promise<void> {
    while (!this.#rebuilds.ended) {
      let isDenied = false;
      try {
        this.#session = new GroupSession({
          settings: this.settings,
          options: this.options,
          listener: this.listener,
          membership: this.#membership,
          outage: this.#outage,
          topics: this.#topics,
          last: this.#last,
          onHeartbeat: () => this.#sessionWatch.alive(),
          onMember: () => {
            this.#rebuilds.joined();
            this.#member.resolve(undefined);
          },
          onWork: () => {
            this.#outage.working();
            if (this.#outage.reason === undefined) this.#rebuilds.worked();
          },
        });
        await this.#session.run();
      } catch (error) {
        this.#membership.lose('disconnected');
        const next = isConfigurationError(error) ? this.#rebuilds.misconfigured() : 'report';
        if (next === 'give up') {
          this.#giveUp(error);
          return;
        }
        if (next === 'report') isDenied = this.#crashed(error);
      }
      await this.#rebuilds.wait(isDenied);
    }
  }

  /**
   * Reports that the kafkajs consumer crashed. Returns whether somebody has to fix the cause. Returns `false` for a missing topic,
   * because some brokers may not know a new topic yet.
   */
  #crashed(error: unknown): boolean {
    const doing = `Reading for the group ${this.options.group}`;
    const failure = toKafkaError(error, doing);
    this.#outage.crashed(failure);
    return failure.errorClass === 'blocked' && failure.code !== 'TL_KAFKA_TOPIC_MISSING';
  }

  /** Rejects the start of the consumer with an error that waiting cannot resolve. This happens only before the first join. */
  #giveUp(error: unknown): void {
    this.#outage.end();
    const doing = `Joining the group ${this.options.group}`;
    this.#member.reject(toKafkaError(error, doing));
    this.onStopped();
  }
}
