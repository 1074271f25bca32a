import { setTimeout as pause } from 'node:timers/promises';
import { settledWithin, ThroughlineError } from '#base';

import type {
  ConsumerListener,
  ConsumerOptions,
  KafkaConsumer,
  PartitionCommit,
  Position,
  TopicPartition,
} from '../../../driver.js';
import { closed } from '../../driver-errors.js';
import { checkOffset, Membership } from '../../membership.js';
import { Outage } from '../../outages/outage.js';
import { Cluster } from '../cluster/cluster.js';
import { brokerAnswer, isConfigurationError, toKafkaError } from '../errors.js';
import type { PlatformaticSettings } from '../options.js';
import { GroupSession } from './group-session.js';

/**
 * How long a stop waits for `revoking`, in milliseconds. A stop may take 5 s in total, so the rest remains for leaving and closing.
 */
const lastRevoke = 2_500;
/** The maximum duration of a stop, in milliseconds, before its connections are closed. */
const longestStop = 4_300;
const firstDelay = 100;
const longestDelay = 1_000;
/** The delay between attempts while a problem needs a person's attention, in milliseconds. */
const blockedDelay = 5_000;
/**
 * How many configuration errors make the start fail, if they occur before the first join. A single error is not enough, because
 * some brokers may not know a new topic yet.
 */
const mostMisconfigured = 5;

/** A member of a group. */
export class PlatformaticConsumer implements KafkaConsumer {
  readonly #membership: Membership;
  readonly #outage: Outage;
  readonly #cluster: Cluster;
  readonly #session: GroupSession;
  readonly #isMember = Promise.withResolvers<undefined>();
  readonly #ending = new AbortController();
  #wasMember = false;
  #delay = firstDelay;
  #running: Promise<void> | undefined;
  #stopped: Promise<void> | undefined;

  constructor(
    private readonly settings: PlatformaticSettings,
    private readonly options: ConsumerOptions,
    listener: ConsumerListener,
    private readonly onStopped: () => void,
  ) {
    this.#membership = new Membership(listener);
    this.#isMember.promise.catch(() => undefined); // nobody may have called start()
    this.#outage = new Outage(listener);
    const rebalanceTimeout = Math.max(60_000, 3 * settings.revokeTimeout);
    const fetchTimeout = options.maxWait + settings.requestTimeout;
    this.#cluster = new Cluster(
      settings,
      {
        reached: () => {
          this.#outage.reached();
        },
        failed: (error) => {
          this.#outage.failed(error);
        },
      },
      {
        join: rebalanceTimeout + settings.requestTimeout,
        fetch: fetchTimeout,
        'second fetch': fetchTimeout,
      },
    );
    this.#session = new GroupSession({
      settings,
      options,
      listener,
      rebalanceTimeout,
      membership: this.#membership,
      cluster: this.#cluster,
      onMember: () => {
        this.#wasMember = true;
        this.#delay = firstDelay;
        this.#outage.working();
        this.#isMember.resolve(undefined);
      },
      onWork: () => {
        this.#outage.working();
      },
    });
  }

  async start(): Promise<void> {
    if (this.#stopped !== undefined) throw closed('consumer');
    this.#running ??= this.#run();
    await this.#isMember.promise;
  }

  pause(partitions: readonly TopicPartition[]): void {
    this.#membership.pause(partitions);
  }

  resume(partitions: readonly TopicPartition[]): void {
    this.#membership.resume(partitions);
    this.#session.resume();
  }

  seek(positions: readonly Position[]): void {
    positions.forEach(checkOffset);
    this.#session.seek(positions.filter((one) => this.#membership.reads(one)));
  }

  async commit(commits: readonly PartitionCommit[]): Promise<void> {
    if (commits.length === 0) return;
    this.#membership.checkCommit(commits);
    await this.#session.commit(commits);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#isMember.reject(closed('consumer'));
    this.#ending.abort();
    this.#session.stopReceiving();
    const began = performance.now();
    await settledWithin(lastRevoke, this.#membership.revoke());
    this.#membership.release();
    this.#outage.end();
    // A member that does not leave keeps its partitions from the others until its session is over.
    await settledWithin(longestStop - (performance.now() - began), this.#session.leave());
    this.#cluster.close();
    if (this.#running !== undefined) await settledWithin(500, this.#running);
    this.onStopped();
  }

  /** Keeps joining the group until stopped. A failure to join counts as an outage. */
  async #run(): Promise<void> {
    let misconfigured = 0;
    while (!this.#isEnding()) {
      let isBlocked = false;
      try {
        if (!this.#wasMember) await this.#session.checkTopics();
        await this.#session.run();
      } catch (error) {
        if (this.#isEnding()) return;
        this.#membership.lose('disconnected');
        if (!this.#wasMember && isConfigurationError(error)) {
          misconfigured += 1;
          if (misconfigured >= mostMisconfigured || !mayBeNew(error)) {
            this.#giveUp(error);
            return;
          }
        } else {
          // Joining again would expel the other member with this name, which would expel this one, and so on.
          if (brokerAnswer(error)?.name === 'FENCED_INSTANCE_ID') {
            this.#outage.crashed(fencedInstance(this.settings, error));
            return;
          }
          isBlocked = this.#failed(error);
        }
      }
      await pause(isBlocked ? blockedDelay : this.#delay, undefined, {
        signal: this.#ending.signal,
      }).catch(() => undefined);
      this.#delay = Math.min(longestDelay, this.#delay * 2);
    }
  }

  #isEnding(): boolean {
    return this.#ending.signal.aborted;
  }

  /** Returns whether the problem needs a person's attention. */
  #failed(error: unknown): boolean {
    const failure = toKafkaError(error, `Reading for the group ${this.options.group}`);
    this.#outage.crashed(failure);
    return failure.errorClass === 'blocked';
  }

  /** Rejects the start with an error that waiting cannot resolve. This happens only before the first join. */
  #giveUp(error: unknown): void {
    this.#outage.end();
    this.#isMember.reject(toKafkaError(error, `Joining the group ${this.options.group}`));
    void settledWithin(1_000, this.#session.leave()).then(() => {
      this.#cluster.close();
      this.onStopped();
    });
  }
}

function fencedInstance({ instanceId }: PlatformaticSettings, cause: unknown): ThroughlineError {
  return new ThroughlineError(
    'TL_KAFKA_INSTANCE_FENCED',
    `Another member joined the group with the instanceId "${instanceId}", so this member no longer receives messages. Give each process its own instanceId, and restart this process.`,
    { cause, errorClass: 'blocked' },
  );
}

/** Whether the cause may be that a broker does not yet know a new topic or new credentials. */
const mayBeNew = (error: unknown): boolean => brokerAnswer(error) !== undefined;
