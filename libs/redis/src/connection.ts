import { exponential } from '#base';
import { answeredWithin } from './answered-within.js';
import { newClient, type Client, type ClientOptions } from './client.js';
import { closed, isAnswer, leadsAstray, told, tooLate } from './redis-errors.js';

/** Between attempts to connect. While one waits, operations are told what the last attempt was told. */
const BACKOFF = exponential('50ms', '1s');

/** One connection, from its beginning on. */
interface Link {
  readonly client: Client;
  readonly ready: Promise<unknown>;
}

/** How the last attempts to connect have ended. */
interface Failure {
  readonly attempts: number;
  readonly cause: unknown;
  /** By `performance.now()`. */
  readonly until: number;
}

/**
 * A connection that is made when it is needed and made anew when it is lost: nothing runs in between, so nothing keeps a process
 * alive and nothing is left to end.
 */
export class RedisConnection {
  readonly #options: ClientOptions;
  readonly #patience: number;
  readonly #asked = new Set<Promise<unknown>>();
  #link: Link | undefined;
  #failure: Failure | undefined;
  #closing: Promise<void> | undefined;

  /** @param patience how long an operation may take in all, in milliseconds */
  constructor(options: ClientOptions, patience: number) {
    this.#options = options;
    this.#patience = patience;
  }

  /**
   * Asks Redis. `question` must bear being asked twice: where the connection broke before the answer it is asked once more, over a new
   * one, so that a connection that someone has cut while it was idle costs nobody an error.
   *
   * @throws ThroughlineError `TL_REDIS_UNAVAILABLE`, `TL_REDIS_REFUSED`, `TL_REDIS_CLOSED`
   */
  async ask<R>(question: (client: Client) => Promise<R>): Promise<R> {
    const asked = this.#ask(question);
    this.#asked.add(asked);
    try {
      return await asked;
    } catch (error) {
      throw told(error);
    } finally {
      this.#asked.delete(asked);
    }
  }

  /** Waits for the answers that are on their way, each for no longer than it may take. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await Promise.allSettled(this.#asked);
    this.#drop(this.#link);
  }

  async #ask<R>(question: (client: Client) => Promise<R>): Promise<R> {
    const deadline = new AbortController();
    const giveUp = (): Error => {
      deadline.abort();
      return tooLate(this.#patience);
    };
    const answer = this.#answer(question, deadline.signal);
    return answeredWithin(this.#patience, answer, giveUp);
  }

  async #answer<R>(question: (client: Client) => Promise<R>, deadline: AbortSignal): Promise<R> {
    try {
      return await this.#over(this.#connected(), question, deadline);
    } catch (error) {
      if (isAnswer(error) || deadline.aborted) throw error;
      return this.#over(this.#connected(), question, deadline);
    }
  }

  /** A connection that does not answer may never do so again, however well Redis is: it goes with the question. */
  async #over<R>(
    link: Link,
    question: (client: Client) => Promise<R>,
    deadline: AbortSignal,
  ): Promise<R> {
    deadline.addEventListener('abort', () => this.#drop(link), { once: true });
    try {
      await link.ready;
      return await question(link.client);
    } catch (error) {
      if (leadsAstray(error)) this.#drop(link);
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
    const client = newClient(this.#options, this.#patience);
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
    // A socket that was just being opened is not the client's yet: destroy() misses it (node-redis 6.3.1, socket.ts).
    link.ready.then(
      () => link.client.destroy(),
      () => undefined,
    );
  }
}
