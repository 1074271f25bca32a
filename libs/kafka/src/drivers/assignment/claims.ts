import type { TopicPartition } from '../../driver.js';
import { keyOf } from '../membership.js';

/** A member of a consumer group, as its leader sees it. */
export interface AssignmentMember {
  /** Unique in the group. */
  readonly id: string;
  readonly topics: readonly string[];
  /** The partitions that the member was assigned before this rebalance. */
  readonly owned: readonly TopicPartition[];
  /** The group's generation in which the member was assigned its previous partitions. Default: -1 (unknown). */
  readonly generation?: number;
}

interface Claim {
  /** The member that owned the partition. `undefined` if several members claim it in the same generation. */
  readonly owner: number | undefined;
  readonly generation: number;
}

/**
 * Decides who owned each partition until now. Returns the position in `members`, by partition key.
 *
 * A member that missed a rebalance still claims partitions that have since been reassigned, so the claim with the highest generation
 * wins (KIP-792). If several members claim a partition in the same generation, none of them counts as its owner. A claim is ignored
 * if the member does not subscribe to the topic.
 */
export function settleClaims(members: readonly AssignmentMember[]): ReadonlyMap<string, number> {
  const claims = new Map<string, Claim>();
  for (const [at, member] of members.entries()) {
    const generation = member.generation ?? -1;
    for (const key of claimedBy(member)) {
      const other = claims.get(key);
      if (other === undefined || other.generation < generation) {
        claims.set(key, { owner: at, generation });
      } else if (other.generation === generation) {
        claims.set(key, { owner: undefined, generation });
      }
    }
  }
  return new Map(
    [...claims].flatMap(([key, { owner }]): [string, number][] =>
      owner === undefined ? [] : [[key, owner]],
    ),
  );
}

function claimedBy({ topics, owned }: AssignmentMember): ReadonlySet<string> {
  const subscribed = new Set(topics);
  return new Set(owned.filter(({ topic }) => subscribed.has(topic)).map(keyOf));
}
