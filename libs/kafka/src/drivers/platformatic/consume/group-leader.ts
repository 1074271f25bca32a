import { assignPartitions } from '../../assignment/assign.js';
import {
  encodeAssignment,
  readMembers,
  ROUND_ROBIN,
  subscriptionFingerprint,
} from '../../assignment/protocol/consumer-protocol.js';
import {
  membersWithoutThroughline,
  otherMembersWarning,
  type RoundRobinMember,
} from '../../assignment/protocol/other-members.js';
import { assignRoundRobin } from '../../assignment/round-robin.js';
import { driverLogger } from '../../driver-logger.js';
import type { Cluster } from '../cluster/cluster.js';

export type LedMember = RoundRobinMember;

interface EncodedAssignment {
  readonly memberId: string;
  readonly assignment: Buffer;
}

/** Assigns a group's partitions to its members, if this member leads the group. */
export class GroupLeader {
  #counts: ReadonlyMap<string, number> = new Map();
  #warned = '';

  constructor(
    private readonly cluster: Cluster,
    private readonly group: string,
  ) {}

  async assign(
    protocol: string,
    joined: readonly LedMember[],
  ): Promise<readonly EncodedAssignment[]> {
    const { members } = readMembers(joined);
    await this.know(members.flatMap(({ topics }) => topics));
    const isRoundRobin = protocol === ROUND_ROBIN;
    if (isRoundRobin) this.#warn(membersWithoutThroughline(joined));
    const assigned = isRoundRobin
      ? assignRoundRobin(members, this.#counts)
      : assignPartitions(members, this.#counts);
    return members.map(({ id, topics }) => ({
      memberId: id,
      assignment: encodeAssignment(
        assigned.get(id) ?? [],
        subscriptionFingerprint(topics, this.#counts),
      ),
    }));
  }

  /** Reads and remembers how many partitions topics have. Topics that do not exist are omitted. */
  async know(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    this.#counts = await this.#readCounts(topics);
    return this.#counts;
  }

  /** Whether a topic of the group has a different number of partitions than at the last assignment. */
  async hasGrown(joined: readonly LedMember[]): Promise<boolean> {
    const { members } = readMembers(joined);
    const counts = await this.#readCounts(members.flatMap(({ topics }) => topics));
    return [...counts].some(([topic, count]) => this.#counts.get(topic) !== count);
  }

  async #readCounts(topics: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { topics: found } = await this.cluster.metadata([...new Set(topics)].sort());
    const existing = [...found].filter(([, { partitions }]) => partitions.length > 0);
    return new Map(existing.map(([name, { partitions }]) => [name, partitions.length]));
  }

  #warn(names: readonly string[]): void {
    const warned = names.join();
    if (warned === '' || warned === this.#warned) return;
    this.#warned = warned;
    driverLogger.warn(otherMembersWarning(this.group, names));
  }
}
