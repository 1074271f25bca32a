import { MAX_ENTRIES } from '../client/request-size.js';

/** What is added to the visibility timeout for clock differences and the duration of a receive, in milliseconds. */
const MARGIN = 2_000;
const ENOUGH = 30;

/**
 * Returns how strongly a poll without unseen dead letters suggests that none are left. Three empty polls are enough, because a long
 * poll asks all of SQS' servers. Ten polls with only a few dead letters are enough, too, and so are thirty full ones. These dead
 * letters were seen before, or are newer than the redrive.
 */
const weightOf = (received: number): number => {
  if (received === 0) return 10;
  return received < MAX_ENTRIES ? 3 : 1;
};

/**
 * Decides when a redrive has seen all dead letters that were in the queue when it began. SQS' own counts are only approximate.
 */
export class EndDetection {
  readonly #visibility: number;
  #evidence = 0;
  #notBefore = 0;

  /** @param visibility milliseconds until dead letters that others have received become visible */
  constructor(visibility: number) {
    this.#visibility = visibility;
  }

  /**
   * Delays the end until all dead letters that may be hidden now are visible again. Call this if some may be hidden although no
   * process is moving them, for example after a redrive was killed or a response was lost.
   */
  waitForHidden(): void {
    this.#notBefore = Date.now() + this.#visibility + MARGIN;
  }

  /**
   * Records a poll: how many dead letters it returned, and how many of them are unseen. A dead letter is unseen if it was in the
   * queue when the redrive began and has not been returned before.
   */
  polled({ received, unseen }: { readonly received: number; readonly unseen: number }): void {
    this.#evidence = unseen > 0 ? 0 : this.#evidence + weightOf(received);
  }

  isReached(): boolean {
    return this.#evidence >= ENOUGH && Date.now() >= this.#notBefore;
  }
}
