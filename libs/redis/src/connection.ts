import { exponential } from '#base';
import { answeredWithin } from './answered-within.js';
import { newClient, type Client, type ClientOptions } from './client.js';
import { closed, isAnswer, endsConnection, asThroughlineError, timedOut } from './redis-errors.js';

/** How long to wait between attempts to connect. Until the next attempt, operations fail with the error of the last one. */
const BACKOFF = exponential('50ms', '1s');

/** A connection to Redis that is open or is being opened. */
interface Link {
  readonly client: Client;
  readonly ready: Promise<unknown>;
}

/** Describes the failed attempts to connect since the last success. */
interface Failure {
  readonly attempts: number;
  readonly cause: unknown;
  /** The time of the next attempt, on the clock of `performance.now()`. */
  readonly until: number;
}

/**
 * A connection to Redis. It is opened when an operation needs it, and opened again if it was lost. Between operations, nothing
 * runs, so the store does not keep the process alive.
 */
export class RedisConnection {
  readonly #options: ClientOptions;
  readonly #timeout: number;
  readonly #pending = new Set<Promise<unknown>>();
  #link: Link | undefined;
  #failure: Failure | undefined;
  #closing: Promise<void> | undefined;

  /** @param timeout how long an operation may take in all, in milliseconds */
  constructor(options: ClientOptions, timeout: number) {
    this.#options = options;
    this.#timeout = timeout;
  }

  /**
   * Runs an operation. It must be safe to run it twice: if the connection breaks before the response, the operation runs again
   * over a new connection. A connection that was closed while it was idle therefore causes no error.
   *
   * @throws ThroughlineError `TL_REDIS_UNAVAILABLE`, `TL_REDIS_REFUSED`, `TL_REDIS_CLOSED`
   */
  async run<R>(operation: (client: Client) => Promise<R>): Promise<R> {
    const pending = this.#run(operation);
    this.#pending.add(pending);
    try {
      return await pending;
    } catch (error) {
      throw asThroughlineError(error);
    } finally {
      this.#pending.delete(pending);
    }
  }

  /** Waits for the operations in progress, each for at most its time limit, and then closes the connection. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#pending);
    this.#drop(this.#link);
  }

  async #run<R>(operation: (client: Client) => Promise<R>): Promise<R> {
    const deadline = new AbortController();
    const giveUp = (): Error => {
      deadline.abort();
      return timedOut(this.#timeout);
    };
    const answer = this.#answer(operation, deadline.signal);
    return answeredWithin(this.#timeout, answer, giveUp);
  }

  async #answer<R>(operation: (client: Client) => Promise<R>, deadline: AbortSignal): Promise<R> {
    try {
      return await this.#over(this.#connected(), operation, deadline);
    } catch (error) {
      if (isAnswer(error) || deadline.aborted) throw error;
      return this.#over(this.#connected(), operation, deadline);
    }
  }

  /**
   * Runs an operation over a connection. If the connection does not respond in time, it is dropped, because it may never respond
   * again, even if Redis is working.
   */
  async #over<R>(
    link: Link,
    operation: (client: Client) => Promise<R>,
    deadline: AbortSignal,
  ): Promise<R> {
    deadline.addEventListener('abort', () => this.#drop(link), { once: true });
    try {
      await link.ready;
      return await operation(link.client);
    } catch (error) {
      if (endsConnection(error)) this.#drop(link);
      throw error;
    }
  }

  #connected(): Link {
    if (this.#closing !== undefined) throw closed();
    if (this.#link !== undefined) return this.#link;
    if (this.#failure !== undefined && performance.now() < this.#failure.until) {
      throw this.#failure.cause;
    }
    return this.#connect();
  }

  #connect(): Link {
    const client = newClient(this.#options, this.#timeout);
    const link = { client, ready: client.connect() };
    client.on('error', () => this.#drop(link));
    link.ready.then(
      () => (this.#failure = undefined),
      (cause: unknown) => this.#failed(link, cause),
    );
    return (this.#link = link);
  }

  #failed(link: Link, cause: unknown): void {
    const attempts = (this.#failure?.attempts ?? 0) + 1;
    this.#failure = { attempts, cause, until: performance.now() + BACKOFF.next(attempts) };
    this.#drop(link);
  }

  #drop(link: Link | undefined): void {
    if (link === undefined) return;
    if (this.#link === link) this.#link = undefined;
    link.client.destroy();
    // While a socket is being opened, the client does not know it yet, so `destroy()` does not close it (node-redis 6.3.1,
    // socket.ts).
    link.ready.then(
      () => link.client.destroy(),
      () => undefined,
    );
  }
}
