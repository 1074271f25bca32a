import { MAX_ENTRIES } from './queue/dead-letter-queue.js';

/** Beyond the visibility: clocks are read on both sides, and a receive takes its time. */
const MARGIN = 2_000;
const ENOUGH = 30;

/**
 * How much a poll without anything to look at says: three empty ones are enough, since a long poll asks all of SQS' servers; ten
 * that bring a few letters which have come meanwhile; thirty that are full of such.
 */
const weightOf = (received: number): number => {
  if (received === 0) return 10;
  return received < MAX_ENTRIES ? 3 : 1;
};

/** Knows when a redrive has looked at what lay there when it began, as far as SQS can say: its counts are approximate. */
export class Ending {
  readonly #visibility: number;
  #signs = 0;
  #lookUntil = 0;

  /** @param visibility milliseconds until letters that others have received are there again */
  constructor(visibility: number) {
    this.#visibility = visibility;
  }

  /** Letters are hidden that nobody may have in hand: by a redrive that was killed, or by an answer that was lost. */
  waitForHidden(): void {
    this.#lookUntil = Date.now() + this.#visibility + MARGIN;
  }

  /** What a poll has brought, and how much of it was there at the beginning and had not been seen. */
  saw({ received, unseen }: { readonly received: number; readonly unseen: number }): void {
    this.#signs = unseen > 0 ? 0 : this.#signs + weightOf(received);
  }

  isReached(): boolean {
    return this.#signs >= ENOUGH && Date.now() >= this.#lookUntil;
  }
}
