/**
 * Everything that this driver patches in kafkajs 2.2.4, except reading headers (header-reading.ts), codecs (codecs.ts) and timers
 * (idle-connections.ts). Each internal is checked before it is changed. A kafkajs that lacks one is refused with
 * `TL_KAFKA_CLIENT_UNSUPPORTED`. Changes to prototypes do not affect other kafkajs clients of the process.
 */
import type { Kafka } from 'kafkajs';

import type {
  Cluster,
  Connection,
  ConnectionPool,
  ConsumerGroup,
  ConsumerGroupPrototype,
  ProtocolRequest,
  RequestQueuePrototype,
} from './internal-types.js';
import { registerCodecs } from './codecs.js';
import type { FirstContact } from '../../contact/first-contact.js';
import { followLogins } from './logins.js';
import { readHeadersOfAnyName } from './header-reading.js';
import { restIdleConnections } from './idle-connections.js';
import { withOwnReader, type PartitionWatch } from './fetch-response.js';
import { final, passedOn, prototypeOf, unsupported } from './load.js';

// ── prototypes ────────────────────────────────────────────────────────────────────

const produceKey = 0;
const apiVersionsKey = 18;
let patched = false;

/** Patches the prototypes of kafkajs and registers codecs, once per process. */
export function patchPrototypes(): void {
  if (patched) return;
  const queue = prototypeOf<RequestQueuePrototype>('network/requestQueue', [
    'scheduleCheckPendingRequests',
    'scheduleRequestTimeoutCheck',
  ]);
  const group = prototypeOf<ConsumerGroupPrototype>('consumer/consumerGroup', [
    'joinAndSync',
    'fetch',
    'paused',
    'recoverFromFetch',
  ]);
  readHeadersOfAnyName();
  registerCodecs();
  restIdleConnections(queue);
  followGroups(group);
  patched = true;
}

// ── groups: a callback around each join, and no reads outside a membership ─────────────────────────────

export interface GroupFollower {
  /** Runs around every join of a group. If this function throws, the join fails. */
  join(group: ConsumerGroup, join: () => Promise<void>): Promise<void>;
  /** Whether the member must join (or rejoin) the group before it reads anything. */
  mustJoin(): boolean;
  /** The maximum time that the next fetch waits for records, in milliseconds. */
  maxWait(group: ConsumerGroup): number;
  /**
   * Called when a topic is missing or denied. Resolves with whether the member can continue without the topic after joining again.
   */
  canGoOnWithout(): Promise<boolean>;
}

const followers = new WeakMap<Cluster, GroupFollower>();

function followGroups(group: ConsumerGroupPrototype): void {
  const { joinAndSync, fetch, recoverFromFetch } = group;
  group.joinAndSync = function () {
    const follower = followers.get(this.cluster);
    if (follower === undefined) return joinAndSync.call(this);
    return follower.join(this, () => joinAndSync.call(this));
  };
  group.fetch = async function (nodeId) {
    const follower = followers.get(this.cluster);
    if (follower?.mustJoin() === true) throw rejoin();
    if (follower !== undefined) this.maxWaitTime = follower.maxWait(this);
    return fetch.call(this, nodeId);
  };
  // If a fetch fails, kafkajs joins again in one fetcher while the others continue reading. If the failure looks like a rebalance,
  // all of them stop first.
  group.recoverFromFetch = async function (error) {
    const follower = followers.get(this.cluster);
    if (follower === undefined) return recoverFromFetch.call(this, error);
    if (isOfATopic(error) && (await follower.canGoOnWithout())) throw rejoin();
    if (!isStale(error)) return recoverFromFetch.call(this, error);
    await this.cluster.refreshMetadata().catch(endIfMissing);
    throw rejoin();
  };
}

const isOfATopic = ({ type }: Error & { readonly type?: string }): boolean =>
  type === 'UNKNOWN_TOPIC_OR_PARTITION' || type === 'TOPIC_AUTHORIZATION_FAILED';

/**
 * Makes the consumer crash if a topic was deleted. kafkajs would look for the topic forever, without any event or heartbeat. A
 * crash, in contrast, is noticed.
 */
function endIfMissing(error: Error & { readonly type?: string }): never {
  if (error.type !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
  throw final(error);
}

const staleTypes = new Set([
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

function isStale(error: Error & { readonly type?: string }): boolean {
  return (
    staleTypes.has(error.type ?? '') ||
    error.name === 'KafkaJSTopicMetadataNotLoaded' ||
    error.name === 'KafkaJSStaleTopicMetadataAssignment'
  );
}

function rejoin(): Error {
  const error = new Error('The group member must rejoin the consumer group.');
  return final(Object.assign(error, { type: 'REBALANCE_IN_PROGRESS', code: 27 }));
}

// ── clients: every request is watched, and a closed client never retries ─────────────────────────────────

export interface ClientWatch {
  reached(): void;
  failed(error: Error): void;
  readonly follower?: GroupFollower;
  /** Whether a broker has ever served the driver. */
  readonly contact?: FirstContact;
  /** Receives the errors of single partitions in fetch responses. */
  readonly partitions?: PartitionWatch;
}

export interface WatchedClient {
  readonly cluster: () => Cluster | undefined;
  /** Ends all requests, connections and retries of the client immediately and permanently. */
  readonly kill: () => void;
}

/** Monitors the one consumer, producer or admin that is created from `kafka` after this call. */
export function watchClient(kafka: Kafka, watch: ClientWatch): WatchedClient {
  const holder = kafka as unknown as Record<symbol, (options: object) => Cluster>;
  const key = Object.getOwnPropertySymbols(kafka).find(
    (symbol) => symbol.description === 'private:Kafka:createCluster',
  );
  const create = key === undefined ? undefined : holder[key];
  if (key === undefined || create === undefined) throw unsupported('Kafka.createCluster');
  const pools = new PoolWatch(watch);
  let made: Cluster | undefined;
  holder[key] = (options) => {
    const cluster = create(options);
    made = cluster;
    if (watch.follower !== undefined) followers.set(cluster, watch.follower);
    const builder = cluster.connectionPoolBuilder;
    const build = builder.build.bind(builder);
    builder.build = async (to) => pools.add(await build(to));
    return cluster;
  };
  return {
    cluster: () => made,
    kill: () => {
      pools.kill();
    },
  };
}

const lostConnection = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
]);

class PoolWatch {
  readonly #open = new Set<Connection>();
  #killed = false;

  constructor(private readonly watch: ClientWatch) {}

  add(pool: ConnectionPool): ConnectionPool {
    const getConnection = pool.getConnection.bind(pool);
    const send = pool.send.bind(pool);
    const used = new Set<Connection>();
    pool.getConnection = async (index) => {
      this.#refuseIfKilled();
      const connection = await this.#watched(getConnection(index));
      if (this.#killed) end(connection);
      this.#refuseIfKilled();
      this.#track(connection);
      followLogins(connection, this.watch.contact);
      used.add(connection);
      return connection;
    };
    pool.send = async (request) => {
      const answer = await this.#watched(send(this.#withOwnReading(request)), used);
      // A broker answers ApiVersions even before the login.
      if (request.request.apiKey !== apiVersionsKey) this.watch.contact?.made();
      this.watch.reached();
      return answer;
    };
    return pool;
  }

  #withOwnReading(request: ProtocolRequest): ProtocolRequest {
    const { partitions } = this.watch;
    const reading = withAllProduceErrors(request);
    return partitions === undefined ? reading : withOwnReader(reading, partitions);
  }

  kill(): void {
    this.#killed = true;
    this.#open.forEach(end);
    this.#open.clear();
  }

  /**
   * Adds a connection to the list of open ones. Also removes closed connections from the list, because kafkajs creates a new pool
   * for each attempt during an outage.
   */
  #track(connection: Connection): void {
    if (this.#open.has(connection)) return;
    for (const other of this.#open) if (!other.isConnected()) this.#open.delete(other);
    this.#open.add(connection);
  }

  async #watched<T>(work: Promise<T>, used: ReadonlySet<Connection> = new Set()): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!this.#killed && error instanceof Error) {
        if (error.name === 'KafkaJSRequestTimeoutError') used.forEach(cut);
        if (lostConnection.has(error.name)) {
          // Without this error, kafkajs would keep trying forever.
          const obstacle = await this.watch.contact?.obstacle(error);
          if (obstacle !== undefined) throw passedOn(obstacle);
          this.watch.failed(error);
        } else if (error.name === 'KafkaJSProtocolError') this.watch.reached();
      }
      throw error;
    }
  }

  #refuseIfKilled(): void {
    if (this.#killed) throw clientClosed();
  }
}

const clientClosed = (): Error => final(new Error('The Kafka client is closed.'));

function end(connection: Connection): void {
  connection.rejectRequests(clientClosed());
  connection.disconnect().catch(() => undefined);
  connection.socket?.destroy();
}

/**
 * Destroys a connection that does not respond. kafkajs would keep using the connection. If it is half-open, each use would block for
 * as long as TCP allows.
 */
const cut = ({ socket }: Connection): unknown =>
  socket?.destroy(new Error('The connection to the Kafka broker is not responding.'));

/**
 * Makes a produce request return the responses for all partitions. kafkajs throws for the first partition with an error, and
 * discards the responses for all others.
 */
function withAllProduceErrors(protocol: ProtocolRequest): ProtocolRequest {
  if (protocol.request.apiKey !== produceKey) return protocol;
  const parse = (decoded: unknown): Promise<unknown> => Promise.resolve(decoded);
  return { ...protocol, response: { ...protocol.response, parse } };
}

// ── topics: those that a producer has sent to ──────────────────────────────────────────────────────────────

/**
 * Clears the list of topics whose metadata kafkajs refreshes, and returns whether it contained any topics other than the given
 * ones. A refresh fails as a whole if one of its topics is missing or denied.
 */
export function forgetTopics(cluster: Cluster | undefined, topics: readonly string[]): boolean {
  if (cluster === undefined) return false;
  const others = [...cluster.targetTopics].filter((topic) => !topics.includes(topic));
  cluster.targetTopics.clear();
  return others.length > 0;
}
