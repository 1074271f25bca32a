import type { ConsumerOptions, TopicPartition } from '../../../driver.js';
import {
  decodeAssignment,
  encodeRoundRobinMetadata,
  encodeSubscription,
  ROUND_ROBIN,
  THROUGHLINE,
  type DecodedAssignment,
} from '../../assignment/protocol/consumer-protocol.js';
import type { Cluster } from '../cluster/cluster.js';
import type { Address } from '../cluster/connections.js';
import { BrokerAnswer, refuse } from '../errors.js';
import type { GroupLeader, LedMember } from './group-leader.js';

const MEMBER_ID_REQUIRED = 79;
const UNKNOWN_MEMBER_ID = 25;
const ILLEGAL_GENERATION = 22;
const REBALANCE_IN_PROGRESS = 27;
export const FENCED_INSTANCE_ID = 82;
const COORDINATOR_MOVED = new Set([14, 15, 16]);

const PROTOCOL_TYPE = 'consumer';
const NO_GENERATION = -1;

/** A member's assignment in one generation of its group. */
export interface Joined {
  readonly generation: number;
  readonly assignment: DecodedAssignment;
  /** The members of the group. Present if this member leads the group. */
  readonly led: readonly LedMember[] | undefined;
  /** When the last request of the join was sent, on the monotonic clock. The session cannot have begun before that time. */
  readonly at: number;
}

/** The broker's response to a heartbeat. */
export type HeartbeatAnswer = 'ok' | 'rebalance' | 'expelled' | 'fenced' | 'coordinator moved';

/** The member and the generation that a commit comes from. */
export interface Committer {
  readonly memberId: string;
  readonly generation: number;
  readonly instanceId: string | null;
}

export interface GroupMemberParts {
  readonly cluster: Cluster;
  readonly options: ConsumerOptions;
  readonly leader: GroupLeader;
  readonly rebalanceTimeout: number;
  readonly instanceId: string | undefined;
}

/** A group member's requests to its coordinator: joining, heartbeats and leaving. */
export class GroupMember {
  #coordinator: Address | undefined;
  #memberId = '';
  #generation = NO_GENERATION;
  #owned: readonly TopicPartition[] = [];
  readonly #instanceId: string | null;

  constructor(private readonly parts: GroupMemberParts) {
    this.#instanceId = parts.instanceId ?? null;
  }

  get isStatic(): boolean {
    return this.#instanceId !== null;
  }

  get committer(): Committer {
    return {
      memberId: this.#memberId,
      generation: this.#generation,
      instanceId: this.#instanceId,
    };
  }

  async coordinator(): Promise<Address> {
    return (this.#coordinator ??= await this.parts.cluster.coordinator(this.parts.options.group));
  }

  forgetCoordinator(): void {
    this.#coordinator = undefined;
  }

  /** Forgets the member's partitions, so that it claims none at its next join. */
  forgetOwned(): void {
    this.#owned = [];
  }

  /** Joins or rejoins the group. Rejects with a `BrokerAnswer` that the caller has to handle. */
  async join(reason: string): Promise<Joined> {
    for (;;) {
      try {
        return await this.#joinOnce(reason);
      } catch (error) {
        if (!(error instanceof BrokerAnswer)) {
          this.forgetCoordinator();
          throw error;
        }
        const { code } = error.answer;
        if (COORDINATOR_MOVED.has(code)) {
          this.forgetCoordinator();
          throw error;
        }
        if (code === UNKNOWN_MEMBER_ID) this.#memberId = '';
        else if (code !== REBALANCE_IN_PROGRESS && code !== ILLEGAL_GENERATION) throw error;
      }
    }
  }

  async heartbeat(): Promise<HeartbeatAnswer> {
    const { group } = this.parts.options;
    const answer = await this.parts.cluster.request(
      await this.coordinator(),
      'group',
      (client) => client.heartbeatV4,
      group,
      this.#generation,
      this.#memberId,
      this.#instanceId,
    );
    const { errorCode } = answer;
    if (errorCode === REBALANCE_IN_PROGRESS) return 'rebalance';
    if (errorCode === FENCED_INSTANCE_ID) return 'fenced';
    if (errorCode === UNKNOWN_MEMBER_ID) this.#memberId = '';
    if (errorCode === UNKNOWN_MEMBER_ID || errorCode === ILLEGAL_GENERATION) return 'expelled';
    if (COORDINATOR_MOVED.has(errorCode)) return 'coordinator moved';
    refuse(errorCode);
    return 'ok';
  }

  /** Leaves the group. A static member does not leave, so that it keeps its partitions if it returns within its session timeout. */
  async leave(): Promise<void> {
    if (this.isStatic || this.#memberId === '') return;
    const members = [{ memberId: this.#memberId, groupInstanceId: null, reason: 'stopped' }];
    this.#memberId = '';
    await this.parts.cluster.request(
      await this.coordinator(),
      'group',
      (client) => client.leaveGroupV5,
      this.parts.options.group,
      members,
    );
  }

  async #joinOnce(reason: string): Promise<Joined> {
    const { cluster, options, rebalanceTimeout, leader } = this.parts;
    const { group, topics, sessionTimeout } = options;
    const coordinator = await this.coordinator();
    const subscription = { topics, owned: this.#owned, generation: this.#generation };
    const answer = await cluster.request(
      coordinator,
      'join',
      (client) => client.joinGroupV9,
      group,
      sessionTimeout,
      rebalanceTimeout,
      this.#memberId,
      this.#instanceId,
      PROTOCOL_TYPE,
      [
        { name: THROUGHLINE, metadata: encodeSubscription(subscription) },
        { name: ROUND_ROBIN, metadata: encodeRoundRobinMetadata(topics) },
      ],
      reason,
    );
    if (answer.errorCode === MEMBER_ID_REQUIRED) {
      this.#memberId = answer.memberId;
      return this.#joinOnce(reason);
    }
    refuse(answer.errorCode);
    this.#memberId = answer.memberId;
    const protocol = answer.protocolName ?? '';
    const isLeader = answer.leader === answer.memberId;
    const led = isLeader
      ? answer.members.map(({ memberId, groupInstanceId, metadata }) => ({
          id: memberId,
          instanceId: groupInstanceId ?? null,
          metadata,
        }))
      : undefined;
    const assignments =
      led === undefined || answer.skipAssignment ? [] : await leader.assign(protocol, led);
    const at = performance.now();
    const synced = await cluster.request(
      coordinator,
      'join',
      (client) => client.syncGroupV5,
      group,
      answer.generationId,
      answer.memberId,
      this.#instanceId,
      PROTOCOL_TYPE,
      protocol,
      [...assignments],
    );
    refuse(synced.errorCode);
    const assignment = decodeAssignment(synced.assignment);
    if (assignment === undefined) throw new Error("The group's partition assignment is malformed");
    this.#generation = answer.generationId;
    this.#owned = assignment.partitions;
    return { generation: answer.generationId, assignment, led, at };
  }
}
