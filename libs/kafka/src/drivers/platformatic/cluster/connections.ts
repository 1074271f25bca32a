import type { Connection } from '@platformatic/kafka';

import { closed } from '../../driver-errors.js';
import { loadClient } from '../load.js';
import type { PlatformaticSettings } from '../options.js';
import { connectionOptions } from './connection-options.js';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * The purpose of a connection. A broker responds to the requests on a connection in order, so a request behind a pending join or
 * fetch would wait for seconds.
 */
export type Purpose = 'control' | 'join' | 'group' | 'fetch' | 'second fetch' | 'produce';

export const keyOfAddress = ({ host, port }: Address): string => `${host}:${port}`;

const keyOf = (address: Address, purpose: Purpose): string => `${keyOfAddress(address)} ${purpose}`;

/** The connections of one consumer, producer or admin request, by broker and purpose. Connections are opened on demand. */
export class Connections {
  readonly #open = new Map<string, Promise<Connection>>();
  readonly #all = new Set<Connection>();
  #isClosed = false;

  /** @param timeouts how long requests may take, in milliseconds, for each purpose whose timeout differs from `requestTimeout` */
  constructor(
    private readonly settings: PlatformaticSettings,
    private readonly timeouts: Partial<Record<Purpose, number>>,
  ) {}

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get(address: Address, purpose: Purpose): Promise<Connection> {
    const key = keyOf(address, purpose);
    const known = this.#open.get(key);
    if (known !== undefined) return known.then(whenLoggedIn);
    const opening = this.#connect(address, purpose, () => {
      if (this.#open.get(key) === opening) this.#open.delete(key);
    });
    this.#open.set(key, opening);
    return opening;
  }

  /** Closes a connection. Requests in progress on the connection are rejected, and the next request opens a new connection. */
  end(address: Address, purpose: Purpose): void {
    const key = keyOf(address, purpose);
    const opening = this.#open.get(key);
    this.#open.delete(key);
    opening?.then(destroy, () => undefined);
  }

  /** Closes all connections immediately. Requests in progress are rejected. */
  close(): void {
    this.#isClosed = true;
    for (const connection of this.#all) destroy(connection);
    this.#open.clear();
  }

  async #connect(address: Address, purpose: Purpose, onEnd: () => void): Promise<Connection> {
    try {
      const { Connection } = await loadClient();
      if (this.#isClosed) throw closed('client');
      const timeout = this.timeouts[purpose] ?? this.settings.requestTimeout;
      const connection = new Connection(
        this.settings.clientId,
        connectionOptions(this.settings, address.host, timeout),
      );
      this.#all.add(connection);
      const ended = (): void => {
        this.#all.delete(connection);
        onEnd();
      };
      connection.on('close', ended);
      connection.on('error', () => {
        ended();
        destroy(connection);
      });
      await connection.connect(address.host, address.port);
      return connection;
    } catch (error) {
      onEnd();
      throw error;
    }
  }
}

/** Waits while a login is being renewed. The broker closes a connection on which it receives another request during that time. */
async function whenLoggedIn(connection: Connection): Promise<Connection> {
  if (connection.status === 'reauthenticating') await connection.ready();
  return connection;
}

/** Closes the connection without waiting. The client's own `close` waits until a connection that is being opened is open. */
function destroy(connection: Connection): void {
  connection.close().catch(() => undefined);
  if (connection.status !== 'none') connection.socket.destroy();
}
