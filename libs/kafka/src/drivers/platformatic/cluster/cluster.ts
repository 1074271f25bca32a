import { setTimeout as pause } from 'node:timers/promises';
import type { API } from '@platformatic/kafka';

import { addressOf } from '../../connection-rules.js';
import type { FirstContact } from '../../contact/first-contact.js';
import { BrokerAnswer, isLoginRefused, toKafkaError } from '../errors.js';
import { loadClient, type Client } from '../load.js';
import type { PlatformaticSettings } from '../options.js';
import { Connections, keyOfAddress, type Address, type Purpose } from './connections.js';
import { readMetadata, type ClusterMetadata } from './metadata.js';

/** How long a group's coordinator may be missing, in milliseconds. A new cluster may still be creating its offsets topic. */
const coordinatorPatience = 5_000;
const betweenLooks = 100;
const GROUP = 0;

/** Receives whether the brokers respond. */
export interface ClusterWatch {
  reached(): void;
  failed(error: Error): void;
}

/** Selects one of the client's requests, in the version that Throughline uses. */
export type Choose<A extends unknown[], R> = (client: Client) => { readonly api: API<A, R> };

/**
 * A cluster's brokers, as used by one consumer, producer or admin request. Errors in a response are returned with the response
 * instead of thrown, because a request often fails for only some of its topics.
 */
export class Cluster {
  readonly #connections: Connections;
  readonly #contact: FirstContact;
  readonly #bootstrap: readonly Address[];
  #nodes: ReadonlyMap<number, Address> = new Map();
  #preferred: string | undefined;

  /** @param timeouts how long requests may take, in milliseconds, for each purpose whose timeout differs from `requestTimeout` */
  constructor(
    settings: PlatformaticSettings,
    private readonly watch: ClusterWatch,
    timeouts: Partial<Record<Purpose, number>> = {},
  ) {
    this.#connections = new Connections(settings, timeouts);
    this.#contact = settings.contact;
    this.#bootstrap = settings.brokers.flatMap((broker) => addressOf(broker) ?? []);
  }

  /** Sends a request to a broker. Rejects if the broker does not respond. */
  async request<A extends unknown[], R>(
    address: Address,
    purpose: Purpose,
    choose: Choose<A, R>,
    ...args: A
  ): Promise<R> {
    const client = await loadClient();
    try {
      const connection = await this.#connections.get(address, purpose);
      const answer = await answerOf(choose(client).api, connection, args);
      this.#contact.made();
      this.watch.reached();
      return answer;
    } catch (thrown) {
      // An error in a response would have been returned. So the connection was lost, or the login was refused.
      const error = await this.#explain(thrown);
      if (!this.#connections.isClosed) {
        this.watch.failed(toKafkaError(error, 'Connecting to Kafka'));
      }
      throw error;
    }
  }

  /** Replaces an error that hides its reason, or whose class depends on whether a broker has served this driver before. */
  async #explain(error: unknown): Promise<unknown> {
    if (this.#connections.isClosed) return error;
    if (isLoginRefused(error)) return this.#contact.refusedLater(error) ?? error;
    return (await this.#contact.obstacle(error)) ?? error;
  }

  /** Sends a request to any broker that responds. */
  async requestAny<A extends unknown[], R>(choose: Choose<A, R>, ...args: A): Promise<R> {
    let failure: unknown;
    for (const address of this.#candidates()) {
      try {
        const answer = await this.request(address, 'control', choose, ...args);
        this.#preferred = keyOfAddress(address);
        return answer;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  /** Returns the broker with this id, if the latest metadata contains the broker. */
  node(id: number): Address | undefined {
    return this.#nodes.get(id);
  }

  /** Reads the metadata of topics by name, without creating missing topics. */
  async metadata(names: readonly string[]): Promise<ClusterMetadata> {
    const answer = await this.requestAny((client) => client.metadataV12, [...names], false, false);
    const metadata = readMetadata(answer);
    if (metadata.nodes.size > 0) this.#nodes = metadata.nodes;
    return metadata;
  }

  /** Finds the broker that coordinates a group. */
  async coordinator(group: string): Promise<Address> {
    const until = performance.now() + coordinatorPatience;
    for (;;) {
      const answer = await this.requestAny((client) => client.findCoordinatorV4, GROUP, [group]);
      const [found] = answer.coordinators;
      if (found?.errorCode === 0) return { host: found.host, port: found.port };
      const error = new BrokerAnswer(found?.errorCode ?? -1, found?.errorMessage);
      const mayAppear = error.answer.errorClass === 'unavailable' && !this.#connections.isClosed;
      if (!mayAppear || performance.now() > until) throw error;
      await pause(betweenLooks);
    }
  }

  /** Closes a connection whose pending request is no longer wanted. */
  disconnect(address: Address, purpose: Purpose): void {
    this.#connections.end(address, purpose);
  }

  close(): void {
    this.#connections.close();
  }

  /**
   * The brokers to try, starting with the one that responded last. The configured addresses stay in the list, because all other
   * known brokers may have been replaced.
   */
  #candidates(): readonly Address[] {
    const all = [...this.#nodes.values(), ...this.#bootstrap];
    const byKey = new Map(all.map((address) => [keyOfAddress(address), address]));
    return [...byKey]
      .sort(([a], [b]) => Number(b === this.#preferred) - Number(a === this.#preferred))
      .map(([, address]) => address);
  }
}

/** The client's parsers throw if a response contains an error. The thrown error includes the complete response. */
async function answerOf<A extends unknown[], R>(
  api: API<A, R>,
  connection: Awaited<ReturnType<Connections['get']>>,
  args: A,
): Promise<R> {
  try {
    return await api.async(connection, ...args);
  } catch (error) {
    if (error instanceof Error && 'response' in error && isObject(error.response)) {
      return error.response as R;
    }
    throw error;
  }
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
