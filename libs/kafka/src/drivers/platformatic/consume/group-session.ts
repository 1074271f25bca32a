import { settledWithin } from '#base';

import type {
  ConsumerListener,
  ConsumerOptions,
  PartitionCommit,
  Position,
} from '../../../driver.js';
import { wantsRebalance } from '../../assignment/wants-rebalance.js';
import { decodeSubscription } from '../../assignment/protocol/consumer-protocol.js';
import type { Membership } from '../../membership.js';
import type { Cluster } from '../cluster/cluster.js';
import { BrokerAnswer, refuse } from '../errors.js';
import { loadClient } from '../load.js';
import type { PlatformaticSettings } from '../options.js';
import { decompressWith } from './fetch/codecs.js';
import { commitAs } from './commit.js';
import { Delivery } from './fetch/delivery.js';
import { Fetching } from './fetch/fetching.js';
import { GroupLeader } from './group-leader.js';
import { FENCED_INSTANCE_ID, GroupMember, type Joined } from './group-member.js';
import { Heartbeats, type MembershipEnd } from './heartbeats.js';
import { findStarts } from './starts.js';
import { TopicFailures } from './topic-failures.js';

export interface SessionParts {
  readonly settings: PlatformaticSettings;
  readonly options: ConsumerOptions;
  readonly listener: ConsumerListener;
  readonly membership: Membership;
  readonly cluster: Cluster;
  readonly rebalanceTimeout: number;
  /** Called when the member has received its assignment. */
  readonly onMember: () => void;
  /** Called when a broker has answered a fetch. */
  readonly onWork: () => void;
}

/** The reason why a generation ends for this member. */
type End = MembershipEnd | 'stopped';

/** The membership in a group, across all of its generations. */
export class GroupSession {
  readonly #member: GroupMember;
  readonly #leader: GroupLeader;
  readonly #failures: TopicFailures;
  readonly #stop = Promise.withResolvers<'stopped'>();
  #fetching: Fetching | undefined;
  #heartbeats: Heartbeats | undefined;
  #isStopping = false;
  /** Whether the assignment of a static member has been compared with its subscription. This happens once. */
  #isCompared: boolean;

  constructor(private readonly parts: SessionParts) {
    const { cluster, options, settings, rebalanceTimeout } = parts;
    this.#leader = new GroupLeader(cluster, options.group);
    this.#member = new GroupMember({
      cluster,
      options,
      rebalanceTimeout,
      leader: this.#leader,
      instanceId: settings.instanceId,
    });
    this.#failures = new TopicFailures(parts.membership);
    this.#isCompared = settings.instanceId === undefined;
  }

  /** Throws if a topic is missing or denied. */
  async checkTopics(): Promise<void> {
    const { topics } = await this.parts.cluster.metadata(this.parts.options.topics);
    for (const name of this.parts.options.topics) {
      const error = topics.get(name)?.error ?? UNKNOWN_TOPIC_OR_PARTITION;
      if (error !== LEADER_NOT_AVAILABLE) refuse(error);
    }
  }

  /** Takes part in the group until stopped. Rejects if the group cannot be joined. It can then be called again. */
  async run(): Promise<void> {
    let reason = 'started';
    for (;;) {
      if (this.#isStopping) return;
      const joined = await this.#join(reason);
      const end = await this.#takePart(joined);
      if (end === 'stopped') return;
      if (end === 'fenced') throw new BrokerAnswer(FENCED_INSTANCE_ID);
      reason = end;
    }
  }

  commit(commits: readonly PartitionCommit[]): Promise<void> {
    const { cluster, membership, options } = this.parts;
    return commitAs({ cluster, membership, member: this.#member, group: options.group }, commits);
  }

  resume(): void {
    this.#fetching?.resume();
  }

  seek(positions: readonly Position[]): void {
    this.#fetching?.seek(positions);
  }

  /** Stops reading but keeps sending heartbeats, so that `revoking` can still commit. */
  stopReceiving(): void {
    this.#isStopping = true;
    this.#fetching?.stop();
    this.#stop.resolve('stopped');
  }

  async leave(): Promise<void> {
    this.#heartbeats?.stop();
    await this.#member.leave();
  }

  async #join(reason: string): Promise<Joined> {
    const joined = await this.#member.join(reason);
    this.#heartbeats?.stop();
    if (this.#isCompared) return joined;
    this.#isCompared = true;
    const unfit = await this.#unfitFor(joined);
    return unfit === undefined ? joined : this.#member.join(unfit);
  }

  /** Returns the reason why a static member's assignment no longer fits, or `undefined` if it fits. */
  async #unfitFor({ assignment, led }: Joined): Promise<string | undefined> {
    const { topics } = this.parts.options;
    const { memberId } = this.#member.committer;
    const others = led
      ?.filter(({ id }) => id !== memberId)
      .map(({ metadata }) => ({
        topics: decodeSubscription(metadata)?.topics ?? [],
        partitions: undefined,
      }));
    const all = [...topics, ...(others ?? []).flatMap((other) => other.topics)];
    const counts = await this.#leader.know(all);
    return wantsRebalance({ topics, ...assignment }, counts, others)?.kind;
  }

  async #takePart(joined: Joined): Promise<End> {
    const { membership, cluster, options, settings } = this.parts;
    const state = { isEnded: false };
    const ended = Promise.withResolvers<MembershipEnd>();
    const lost = Promise.withResolvers<MembershipEnd>();
    const heartbeats = this.#beginHeartbeats(joined.at, (end) => {
      state.isEnded = true;
      ended.resolve(end);
      if (end === 'rebalance') return;
      lost.resolve(end);
      this.#lose();
    });
    const assigned = joined.assignment.partitions.filter(({ topic }) =>
      options.topics.includes(topic),
    );
    const isWanted = (): boolean => !this.#isStopping && !heartbeats.isExpired && !state.isEnded;
    const { partitions, metadata } = await findStarts(
      cluster,
      this.#member,
      options,
      assigned,
      isWanted,
    );
    const client = await loadClient();
    if (isWanted()) {
      this.#failures.forgetPartitions();
      const fetching = new Fetching(
        {
          cluster,
          options,
          membership,
          failures: this.#failures,
          metadataMaxAge: settings.metadataMaxAge,
          deliver: (onProgress) =>
            new Delivery({
              listener: this.parts.listener,
              membership,
              failures: this.#failures,
              decompress: decompressWith(client),
              checkSession: () => {
                heartbeats.checkNow();
              },
              onProgress,
            }),
          onWork: this.parts.onWork,
          onMetadata: () => void this.#rejoinIfGrown(joined, () => ended.resolve('rebalance')),
        },
        partitions,
        metadata,
      );
      this.#fetching = fetching;
      fetching.begin(membership.assign(partitions).values());
      this.parts.onMember();
    }
    const end = await Promise.race([ended.promise, this.#stop.promise]);
    this.#fetching?.stop();
    this.#fetching = undefined;
    if (end === 'rebalance') return this.#revoke(lost.promise);
    return end;
  }

  /** Waits for the listener, unless the partitions are lost in the meantime. */
  async #revoke(lost: Promise<MembershipEnd>): Promise<End> {
    const { membership, settings } = this.parts;
    const revoked = settledWithin(settings.revokeTimeout, membership.revoke());
    const end = await Promise.race([
      revoked.then((): End => 'rebalance'),
      lost,
      this.#stop.promise,
    ]);
    // When the consumer stops, it waits for the listener itself.
    if (end === 'rebalance') membership.release();
    return end;
  }

  #beginHeartbeats(since: number, onEnd: (end: MembershipEnd) => void): Heartbeats {
    const { options } = this.parts;
    this.#heartbeats = new Heartbeats(
      {
        interval: options.heartbeatInterval,
        sessionTimeout: options.sessionTimeout,
        send: () => this.#member.heartbeat(),
        onMoved: () => {
          this.#member.forgetCoordinator();
        },
        onEnd,
      },
      since,
    );
    return this.#heartbeats;
  }

  #lose(): void {
    this.#fetching?.stop();
    this.#member.forgetOwned();
    this.parts.membership.lose('expelled');
  }

  /** Joins the group again if this member is the leader and a topic has grown, because only the leader assigns new partitions. */
  async #rejoinIfGrown({ led }: Joined, rejoin: () => void): Promise<void> {
    if (led === undefined) return;
    try {
      if (await this.#leader.hasGrown(led)) rejoin();
    } catch {
      // `Cluster` already reports that no broker responds.
    }
  }
}

const UNKNOWN_TOPIC_OR_PARTITION = 3;
const LEADER_NOT_AVAILABLE = 5;
