import { Fifo } from '../lanes/fifo.js';

/** How sends share requests. */
export interface SharingOptions<T, R> {
  /** Requests under way at once; 1 keeps the order of sends. */
  readonly inFlight: number;
  /** How many of the first waiting items fit one request; at least 1. */
  readonly fit: (waiting: readonly T[]) => number;
  /** One request, with an answer for each item, in their order. */
  readonly send: (items: readonly T[]) => Promise<readonly PromiseSettledResult<R>[]>;
}

interface Waiting<T, R> {
  readonly item: T;
  /** When nobody waits for it any more, in milliseconds since the epoch: then it is not sent either. */
  readonly until: number;
  readonly resolve: (result: R) => void;
  readonly reject: (reason: unknown) => void;
}

const LOOK_AHEAD = 1_000;

/**
 * Lets sends that come at once share requests: what is sent in one turn of the event loop goes together, and while the
 * requests under way are at their limit, what comes waits and goes together. Each send gets its own answer.
 */
export class SharedRequests<T, R> {
  readonly #options: SharingOptions<T, R>;
  readonly #waiting = new Fifo<Waiting<T, R>>();
  #underWay = 0;
  #isScheduled = false;

  constructor(options: SharingOptions<T, R>) {
    this.#options = options;
  }

  /** @param until when the caller gives up, in milliseconds since the epoch; what has not been sent by then is not sent */
  send(item: T, until = Infinity): Promise<R> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, until, resolve, reject });
      if (this.#isScheduled) return;
      this.#isScheduled = true;
      setImmediate(() => {
        this.#isScheduled = false;
        this.#go();
      });
    });
  }

  #go(): void {
    this.#forgetAbandoned();
    while (this.#underWay < this.#options.inFlight && this.#waiting.size > 0) {
      this.#underWay += 1;
      void this.#request(this.#take()).finally(() => {
        this.#underWay -= 1;
        this.#go();
      });
    }
  }

  #forgetAbandoned(): void {
    const now = Date.now();
    for (
      let next = this.#waiting.peek();
      next !== undefined && next.until <= now;
      next = this.#waiting.peek()
    ) {
      this.#waiting.shift();
      next.reject(new Error('given up before it was sent'));
    }
  }

  #take(): Waiting<T, R>[] {
    const first = this.#waiting.first(LOOK_AHEAD);
    const count = Math.max(1, this.#options.fit(first.map(({ item }) => item)));
    for (let taken = 0; taken < Math.min(count, first.length); taken += 1) this.#waiting.shift();
    return first.slice(0, count);
  }

  async #request(items: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const answers = await this.#options.send(items.map(({ item }) => item));
      items.forEach(({ resolve, reject }, index) => {
        const answer = answers[index];
        if (answer?.status === 'fulfilled') resolve(answer.value);
        else reject(answer?.reason ?? new Error('The broker’s client gave no answer.'));
      });
    } catch (error) {
      for (const { reject } of items) reject(error);
    }
  }
}
