import { PendingList } from '#base';
import { Deadlines, type Timed } from '#base';

/**
 * Options for sends that share requests. A send passes an item `T`. The broker returns an `A` for each item, and the send
 * resolves with an `R`.
 */
export interface SharingOptions<T, A, R> {
  /** The maximum number of concurrent requests. With 1, the order of sends is kept. */
  readonly inFlight: number;
  /** The maximum number of items passed to {@link SharingOptions.fit}. Default: 1,000. */
  readonly most?: number;
  /** Returns how many of the waiting items, from the first on, fit into one request. At least 1. */
  readonly fit: (waiting: readonly T[]) => number;
  /** Sends one request for several items. Returns a result for each item, in order. */
  readonly send: (items: readonly T[]) => Promise<readonly PromiseSettledResult<A>[]>;
  /** Returns the value with which a send resolves. */
  readonly succeeded: (item: T, answer: A) => R;
  /** Returns the error with which a send rejects if it timed out. Default: a generic error. */
  readonly tooLate?: (item: T) => Error;
  /**
   * Returns the error with which a send rejects if its request failed, or if its own result is a rejection. Default: the reason
   * itself.
   */
  readonly failed?: (item: T, reason: unknown) => unknown;
}

const MOST = 1_000;

/**
 * Combines concurrent sends into shared requests. Sends in the same turn of the event loop share a request. While as many
 * requests are in progress as `inFlight` allows, further sends wait, and then share the next request. Each send gets its own
 * result.
 */
export class SharedRequests<T, A, R> {
  readonly #options: SharingOptions<T, A, R>;
  readonly #waiting = new PendingList<Waiting<T, A, R>>();
  readonly #deadlines = new Deadlines<Waiting<T, A, R>>();
  #underWay = 0;
  #isScheduled = false;

  constructor(options: SharingOptions<T, A, R>) {
    this.#options = options;
  }

  /**
   * @param until when the send times out, in milliseconds since the epoch. It then rejects. If it was still waiting, it is never
   * sent.
   */
  send(item: T, until = Infinity): Promise<R> {
    return new Promise((resolve, reject) => {
      const waiting = new Waiting(item, until, resolve, reject, this.#options);
      if (until !== Infinity) this.#deadlines.add(waiting);
      this.#waiting.push(waiting);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#go();
    });
  }

  #go(): void {
    while (this.#underWay < this.#options.inFlight && this.#waiting.size > 0) {
      const taken = this.#take();
      if (taken.length === 0) continue;
      this.#underWay += 1;
      void this.#request(taken).finally(() => {
        this.#underWay -= 1;
        this.#go();
      });
    }
  }

  /** Takes the items of the next request from the queue. Returns an empty list if the first waiting items have all timed out. */
  #take(): readonly Waiting<T, A, R>[] {
    const now = Date.now();
    const first = this.#waiting.first(this.#options.most ?? MOST);
    for (const waiting of first) if (waiting.until <= now) this.#expire(waiting);
    const open = first.filter(isOpen);
    const count = open.length === 0 ? 0 : this.#fit(open);
    const next = open[count];
    const passed = next === undefined ? first.length : first.indexOf(next);
    for (let shifted = 0; shifted < passed; shifted += 1) this.#waiting.shift();
    return next === undefined ? open : open.slice(0, count);
  }

  /**
   * Returns how many items fit into the next request. This function runs in a timer, where an error would end the process. An
   * item that cannot be measured therefore gets a request of its own, and that request reports the error.
   */
  #fit(open: readonly Waiting<T, A, R>[]): number {
    try {
      const count = this.#options.fit(open.map(itemOf));
      return count >= 1 ? count : 1;
    } catch {
      return 1;
    }
  }

  async #request(taken: readonly Waiting<T, A, R>[]): Promise<void> {
    try {
      const answers = await this.#options.send(taken.map(itemOf));
      taken.forEach((waiting, index) => {
        this.#answer(waiting, answers[index] ?? NO_ANSWER);
      });
    } catch (reason) {
      for (const waiting of taken) this.#answer(waiting, { status: 'rejected', reason });
    }
  }

  #answer(waiting: Waiting<T, A, R>, answer: PromiseSettledResult<A>): void {
    if (!waiting.isOpen) return;
    this.#deadlines.remove(waiting);
    if (answer.status === 'fulfilled') waiting.succeed(answer.value);
    else waiting.fail(answer.reason);
  }

  #expire(waiting: Waiting<T, A, R>): void {
    if (!waiting.isOpen) return;
    this.#deadlines.remove(waiting);
    waiting.expire();
  }
}

const NO_ANSWER: PromiseRejectedResult = {
  status: 'rejected',
  reason: new Error("The broker's client returned no result for one of the messages in a request."),
};

/** A send that waits for its result. */
class Waiting<T, A, R> implements Timed<Waiting<T, A, R>> {
  before: Waiting<T, A, R> | undefined;
  after: Waiting<T, A, R> | undefined;
  isOpen = true;

  constructor(
    readonly item: T,
    readonly until: number,
    readonly resolve: (result: R) => void,
    readonly reject: (reason: unknown) => void,
    readonly options: Pick<SharingOptions<T, A, R>, 'succeeded' | 'tooLate' | 'failed'>,
  ) {}

  succeed(answer: A): void {
    this.isOpen = false;
    this.#answer(() => {
      this.resolve(this.options.succeeded(this.item, answer));
    });
  }

  fail(reason: unknown): void {
    this.isOpen = false;
    const { failed } = this.options;
    this.#answer(() => {
      this.reject(failed === undefined ? reason : failed(this.item, reason));
    });
  }

  expire(): void {
    this.isOpen = false;
    const { tooLate } = this.options;
    this.#answer(() => {
      this.reject(
        tooLate?.(this.item) ?? new Error('The timeout expired before the message was sent.'),
      );
    });
  }

  /**
   * Calls a function of the options. If the function throws, this send rejects. Without this, the error would end the process.
   */
  #answer(answer: () => void): void {
    try {
      answer();
    } catch (error) {
      this.reject(error);
    }
  }
}

const isOpen = ({ isOpen: is }: { readonly isOpen: boolean }): boolean => is;

const itemOf = <T>({ item }: { readonly item: T }): T => item;
