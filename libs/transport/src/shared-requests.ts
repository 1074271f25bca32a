import { PendingList } from '#base';
import { Deadlines, type Timed } from '#base';

/** How sends of items `T`, which a broker answers with an `A` each, share requests, and come to an `R` each. */
export interface SharingOptions<T, A, R> {
  /** Requests under way at once; 1 keeps the order of sends. */
  readonly inFlight: number;
  /** How many items {@link SharingOptions.fit} is shown at most. Default: 1,000. */
  readonly most?: number;
  /** How many of the first waiting items fit one request; at least 1. */
  readonly fit: (waiting: readonly T[]) => number;
  /** One request, with an answer for each item, in their order. */
  readonly send: (items: readonly T[]) => Promise<readonly PromiseSettledResult<A>[]>;
  /** What a send resolves with. */
  readonly succeeded: (item: T, answer: A) => R;
  /** What a send rejects with that was not answered in time. Default: an error that says just that. */
  readonly tooLate?: (item: T) => Error;
  /** What a send rejects with whose request failed, or whose answer is a rejection. Default: the reason itself. */
  readonly failed?: (item: T, reason: unknown) => unknown;
}

const MOST = 1_000;

/**
 * Lets sends that come at once share requests: what is sent in one turn of the event loop goes together, and while the
 * requests under way are at their limit, what comes waits and goes together. Each send gets its own answer.
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
   * @param until when the caller gives up, in milliseconds since the epoch: then it rejects, and what has not been sent by then is
   *   not sent any more
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

  /** What the next request takes: nothing where nobody waits any more for those that were first. */
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

  /** Runs in a timer, where an error would end the process: an item that cannot be measured goes alone, and its request tells. */
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
  reason: new Error('The broker’s client gave no answer.'),
};

/** One who waits for an answer. */
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
      this.reject(tooLate?.(this.item) ?? new Error('given up before it was sent'));
    });
  }

  /** Whatever the options' functions throw is this one's rejection: nobody else would hear of it, and the process would end. */
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
