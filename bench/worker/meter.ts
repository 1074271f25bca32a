import type { Task } from './task.js';

/** The measurements. Times are in fractional milliseconds since the epoch, so they can be compared across processes. */
export interface Reading {
  readonly begunAt: number;
  readonly endedAt: number;
  /** CPU time between begin and end, user and system, in microseconds. */
  readonly cpuMicros: number;
  /** CPU time of the process from its start until the clock started, in microseconds. */
  readonly cpuMicrosBefore: number;
  readonly handled: number;
}

const now = (): number => performance.timeOrigin + performance.now();

const cpuMicros = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

/** Counts handled messages, and measures time and CPU until the last one. */
export class Meter {
  /** Resolves at the last message. */
  readonly done: Promise<void>;
  readonly #warmUp: number;
  readonly #last: number;
  readonly #finish: () => void;
  #begun: { readonly at: number; readonly cpu: number } | undefined;
  #ended: { readonly at: number; readonly cpu: number } | undefined;
  #lastAt = 0;
  #handled = 0;

  constructor({ messages, warmUp }: Pick<Task, 'messages' | 'warmUp'>) {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    this.done = promise;
    this.#finish = () => {
      resolve(undefined);
    };
    this.#warmUp = warmUp;
    this.#last = messages === 'unknown' ? Infinity : warmUp + messages;
  }

  /** Whether the warm-up is over and messages are measured. */
  get isWarm(): boolean {
    return this.#handled >= this.#warmUp;
  }

  get handled(): number {
    return Math.max(0, this.#handled - this.#warmUp);
  }

  /** Starts the clock, unless it has started. The first measured message starts it at the latest. */
  begin(): void {
    this.#begun ??= { at: now(), cpu: cpuMicros() };
  }

  /** A message has been handled. */
  count(): void {
    if (this.#handled === this.#warmUp) this.begin();
    this.#handled += 1;
    if (this.#last === Infinity) this.#lastAt = now();
    else if (this.#handled === this.#last) this.end();
  }

  /** The clock stops; the last message does it where their number is known. */
  end(): void {
    const at = this.#last === Infinity && this.#lastAt > 0 ? this.#lastAt : now();
    this.#ended ??= { at, cpu: cpuMicros() };
    this.#finish();
  }

  /** @throws where it has not begun, or not ended */
  read(): Reading {
    if (this.#begun === undefined || this.#ended === undefined) {
      throw new Error(`The clock was not run: ${this.#handled} messages were handled.`);
    }
    return {
      begunAt: this.#begun.at,
      endedAt: this.#ended.at,
      cpuMicros: this.#ended.cpu - this.#begun.cpu,
      cpuMicrosBefore: this.#begun.cpu,
      handled: this.handled,
    };
  }
}
