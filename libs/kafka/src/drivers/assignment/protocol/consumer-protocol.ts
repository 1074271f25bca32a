import { createHash } from 'node:crypto';

import type { TopicPartition } from '../../../driver.js';
import type { AssignmentMember } from '../claims.js';
import { comparePartitions, compareText } from '../partitions.js';
import { array, ByteReader, bytes, int16, int32, string } from '../../wire-format.js';

/** The name under which members offer Throughline's own assignment in JoinGroup. Offer it first. */
export const THROUGHLINE = 'throughline';
/**
 * The name of kafkajs' assignment. Offer it second. A group needs one protocol that all members offer. With this one, members of
 * Throughline can share a group with other users of kafkajs, such as Nest's transport.
 */
export const ROUND_ROBIN = 'RoundRobinAssigner';

/**
 * The version of ConsumerProtocolSubscription that Throughline writes. Version 1 added the owned partitions (KIP-429), version 2
 * the generation (KIP-792).
 */
const subscriptionVersion = 2;
/** All versions of ConsumerProtocolAssignment have the same fields. */
const assignmentVersion = 1;

/** The metadata that a member sends to the leader of its group when it joins. */
export interface Subscription {
  readonly topics: readonly string[];
  /** The partitions that the member was assigned before this rebalance. */
  readonly owned: readonly TopicPartition[];
  /** The generation in which the member was assigned its previous partitions. -1 if unknown. */
  readonly generation: number;
}

export interface DecodedSubscription extends Subscription {
  readonly userData: Uint8Array;
}

/** The assignment that the leader computed for a member. */
export interface DecodedAssignment {
  readonly partitions: readonly TopicPartition[];
  /** The fingerprint of the subscription that the assignment is based on. `undefined` if another client led the group. */
  readonly assignedFor: string | undefined;
}

/** A member, as JoinGroup describes it to the group's leader. */
export interface JoinedMember {
  readonly id: string;
  /** The member's metadata for the protocol that the broker chose. */
  readonly metadata: Uint8Array;
}

/**
 * The members of a group, and the ids of members whose subscriptions cannot be read. Those members count as subscribing to nothing.
 */
export interface ReadMembers {
  readonly members: readonly AssignmentMember[];
  readonly unreadable: readonly string[];
}

/** Encodes the metadata that a member sends for `THROUGHLINE`. Subscriptions that differ only in order have equal bytes. */
export function encodeSubscription({ topics, owned, generation }: Subscription): Buffer {
  return Buffer.concat([
    int16(subscriptionVersion),
    array([...topics].sort(compareText), string),
    bytes(Buffer.alloc(0)),
    topicPartitions(owned),
    int32(generation),
  ]);
}

/**
 * Decodes the subscription of a member, in any version. Returns `undefined` if the bytes are malformed.
 *
 * Newer versions only append fields, so anything after the known fields is ignored. kafkajs and older versions of
 * `@platformatic/kafka` may name a newer version than they write, so fields may be missing at the end.
 */
export function decodeSubscription(metadata: Uint8Array): DecodedSubscription | undefined {
  return readable(metadata, (reader) => {
    const version = reader.int16();
    const topics = reader.array(() => reader.string());
    const userData = reader.bytes();
    const owned = version >= 1 && reader.remaining > 0 ? readTopicPartitions(reader) : [];
    const generation = version >= 2 && reader.remaining > 0 ? reader.int32() : -1;
    return { topics, owned, generation, userData };
  });
}

/** Decodes the subscriptions of all members of a group, for its leader. */
export function readMembers(joined: readonly JoinedMember[]): ReadMembers {
  const unreadable: string[] = [];
  const members = joined.map(({ id, metadata }) => {
    const subscription = decodeSubscription(metadata);
    if (subscription === undefined) unreadable.push(id);
    const { topics, owned, generation } = subscription ?? { topics: [], owned: [], generation: -1 };
    return { id, topics, owned, generation };
  });
  return { members, unreadable };
}

/**
 * Encodes the leader's assignment for a member.
 *
 * @param assignedFor the fingerprint of the member's subscription. A static member that restarts gets its old assignment back. With
 * the fingerprint, it finds out whether that assignment still fits.
 */
export function encodeAssignment(
  partitions: readonly TopicPartition[],
  assignedFor?: string,
): Buffer {
  return Buffer.concat([
    int16(assignmentVersion),
    topicPartitions(partitions),
    bytes(Buffer.from(assignedFor ?? '')),
  ]);
}

/**
 * Decodes the leader's assignment for this member. No bytes at all mean an empty assignment. Returns `undefined` if the bytes are
 * malformed.
 */
export function decodeAssignment(assignment: Uint8Array): DecodedAssignment | undefined {
  if (assignment.length === 0) return { partitions: [], assignedFor: undefined };
  return readable(assignment, (reader) => {
    reader.int16();
    const partitions = readTopicPartitions(reader);
    const userData = reader.remaining > 0 ? reader.bytes().toString('utf8') : '';
    return { partitions, assignedFor: userData === '' ? undefined : userData };
  });
}

/**
 * Encodes the metadata that a member sends for `ROUND_ROBIN`: version 0, as kafkajs writes it. The user data names `THROUGHLINE`,
 * because the broker shows the leader only the chosen protocol, not the other protocols that a member offers. kafkajs ignores the
 * user data.
 */
export function encodeRoundRobinMetadata(topics: readonly string[]): Buffer {
  return Buffer.concat([int16(0), array(topics, string), bytes(Buffer.from(THROUGHLINE))]);
}

/** Returns a short text that changes if the subscription's topics or their numbers of partitions change. */
export function subscriptionFingerprint(
  topics: readonly string[],
  partitions: ReadonlyMap<string, number>,
): string {
  const names = [...new Set(topics)].sort(compareText);
  const hash = createHash('sha256');
  for (const name of names) hash.update(`${name}/${partitions.get(name) ?? 0}\n`);
  return hash.digest('base64url').slice(0, 12);
}

function topicPartitions(partitions: readonly TopicPartition[]): Buffer {
  const byTopic = new Map<string, number[]>();
  for (const { topic, partition } of partitions.toSorted(comparePartitions)) {
    const found = byTopic.get(topic);
    if (found === undefined) byTopic.set(topic, [partition]);
    else found.push(partition);
  }
  return array([...byTopic], ([topic, numbers]) =>
    Buffer.concat([string(topic), array(numbers, int32)]),
  );
}

function readTopicPartitions(reader: ByteReader): TopicPartition[] {
  return reader
    .array(() => {
      const topic = reader.string();
      return reader.array(() => reader.int32()).map((partition) => ({ topic, partition }));
    })
    .flat();
}

function readable<T>(content: Uint8Array, read: (reader: ByteReader) => T): T | undefined {
  try {
    return read(new ByteReader(content));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
