/**
 * Two requests that kafkajs 2.2.4 lacks. A client needs them to find out whether a log is still the one that it has read: a topic
 * that was created again has a different id, and a log that was truncated has a different leader epoch.
 */
import type { Position } from '../../../driver.js';
import { logId } from '../../log-id.js';
import { keyOf } from '../../membership.js';
import type { Broker, Cluster, ProtocolRequest } from './internal-types.js';
import { functionOf } from './load.js';
import {
  array,
  ByteReader,
  compactArray,
  compactString,
  int32,
  string,
} from '../../wire-format.js';

const METADATA = { apiKey: 3, apiVersion: 12, apiName: 'Metadata' };
const OFFSET_FOR_LEADER_EPOCH = { apiKey: 23, apiVersion: 3, apiName: 'OffsetForLeaderEpoch' };

/** A topic in a metadata response. */
export interface TopicMetadata {
  /** Kafka's error code for the topic, or 0 if the topic can be read. */
  readonly errorCode: number;
  /** Identifies the topic and its cluster. */
  readonly logId: string;
  /** How many partitions the topic has. */
  readonly partitions: number;
}

/**
 * Returns the ids of topics, their numbers of partitions, and the errors of topics that cannot be read. Returns `undefined` if the
 * topics have no ids, because the broker is older than about Kafka 2.8.
 */
export async function fetchTopics(
  cluster: Cluster,
  topics: readonly string[],
): Promise<ReadonlyMap<string, TopicMetadata> | undefined> {
  const broker = await cluster.findControllerBroker();
  if (!supports(broker, METADATA)) return undefined;
  const answer = await broker.connectionPool.send(
    request(METADATA, metadataBody(topics), readTopics),
  );
  return answer as ReadonlyMap<string, TopicMetadata>;
}

/** The bytes of the request. The header of kafkajs lacks the tagged fields of a flexible version, so the body begins with them. */
function metadataBody(topics: readonly string[]): Buffer {
  const noTags = Buffer.from([0]);
  const noId = Buffer.alloc(16);
  const names = compactArray(topics, (topic) =>
    Buffer.concat([noId, compactString(topic), noTags]),
  );
  const noCreation = Buffer.from([0]);
  const noOperations = Buffer.from([0]);
  return Buffer.concat([noTags, names, noCreation, noOperations, noTags]);
}

function readTopics(bytes: Buffer): ReadonlyMap<string, TopicMetadata> {
  const from = new ByteReader(bytes);
  from.tags();
  from.int32(); // throttle time
  from.compactArray(() => skipBroker(from));
  const clusterId = from.compactString();
  from.int32(); // controller
  const topics = from.compactArray(() => {
    const errorCode = from.int16();
    const name = from.compactString();
    const id = from.uuid();
    from.int8(); // internal
    const partitions = from.compactArray(() => skipPartition(from)).length;
    from.int32(); // operations
    from.tags();
    return [name, { errorCode, logId: logId(clusterId, id), partitions }] as const;
  });
  return new Map(topics);
}

function skipBroker(from: ByteReader): void {
  from.int32();
  from.compactString();
  from.int32();
  from.compactString();
  from.tags();
}

function skipPartition(from: ByteReader): void {
  from.int16();
  for (let field = 0; field < 3; field += 1) from.int32();
  for (let replicas = 0; replicas < 3; replicas += 1) from.compactArray(() => from.int32());
  from.tags();
}

/**
 * Returns, by partition, the offset at which the leader epoch of each position ended in the log. Below that offset, the log still
 * contains the records from that epoch. Positions without an epoch, and partitions whose broker does not know the epoch, are
 * omitted.
 */
export async function fetchEndsOfEpochs(
  cluster: Cluster,
  positions: readonly Position[],
): Promise<ReadonlyMap<string, number>> {
  const known = positions.filter(({ leaderEpoch }) => leaderEpoch !== undefined);
  const byLeader = Map.groupBy(known, ({ topic, partition }) =>
    Object.keys(cluster.findLeaderForPartitions(topic, [partition])).at(0),
  );
  const answers = await Promise.all(
    Array.from(byLeader, async ([nodeId, ofLeader]) => {
      if (nodeId === undefined) return [];
      const broker = await cluster.findBroker({ nodeId });
      if (!supports(broker, OFFSET_FOR_LEADER_EPOCH)) return [];
      return (await broker.connectionPool.send(
        request(OFFSET_FOR_LEADER_EPOCH, epochsBody(ofLeader), readEndsOfEpochs),
      )) as readonly (readonly [string, number])[];
    }),
  );
  return new Map(answers.flat());
}

/** The value that a consumer sends in place of a broker's id. */
const CONSUMER = -1;
const NO_EPOCH = -1;

function epochsBody(positions: readonly Position[]): Buffer {
  const topics = Map.groupBy(positions, ({ topic }) => topic);
  const body = array([...topics], ([topic, ofTopic]) =>
    Buffer.concat([
      string(topic),
      array(ofTopic, ({ partition, leaderEpoch = NO_EPOCH }) =>
        Buffer.concat([int32(partition), int32(NO_EPOCH), int32(leaderEpoch)]),
      ),
    ]),
  );
  return Buffer.concat([int32(CONSUMER), body]);
}

function readEndsOfEpochs(bytes: Buffer): readonly (readonly [string, number])[] {
  const from = new ByteReader(bytes);
  from.int32(); // throttle time
  const topics = from.array(() => {
    const topic = from.string();
    return from.array(() => {
      const errorCode = from.int16();
      const partition = from.int32();
      from.int32(); // leader epoch
      const end = from.int64();
      return { key: keyOf({ topic, partition }), end, isKnown: errorCode === 0 && end >= 0 };
    });
  });
  return topics.flat().flatMap(({ key, end, isKnown }) => (isKnown ? [[key, end] as const] : []));
}

function request(
  api: { readonly apiKey: number; readonly apiVersion: number; readonly apiName: string },
  body: Buffer,
  read: (bytes: Buffer) => unknown,
): ProtocolRequest {
  const Encoder = functionOf('protocol/encoder') as new () => { writeBuffer(body: Buffer): object };
  return {
    request: { ...api, encode: () => Promise.resolve(new Encoder().writeBuffer(body)) },
    response: {
      // kafkajs looks for a throttle time in the decoded response, so the response must not be undefined.
      decode: (bytes) => Promise.resolve({ answer: read(bytes) }),
      parse: (decoded) => Promise.resolve((decoded as { readonly answer: unknown }).answer),
    },
  };
}

function supports(
  { versions }: Broker,
  { apiKey, apiVersion }: { readonly apiKey: number; readonly apiVersion: number },
): boolean {
  const range = versions?.[apiKey];
  return range !== undefined && range.minVersion <= apiVersion && apiVersion <= range.maxVersion;
}
