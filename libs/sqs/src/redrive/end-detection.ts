import { MAX_ENTRIES } from '../client/request-size.js';

/**
 * The number of milliseconds that is added to the visibility timeout to allow for clock differences and the duration of a receive.
 */
const MARGIN = 2_000;
const ENOUGH = 30;

/**
 * How strongly a poll without unseen dead letters suggests that there are none left. Three empty polls are enough, because a long
 * poll asks all of SQS' servers. Ten polls that return only a few dead letters newer than the redrive are enough, too, and so are
 * thirty full ones.
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
   * Called if dead letters may be hidden without being in progress anywhere, for example after a redrive was killed or a response
   * was lost.
   */
  waitForHidden(): void {
    this.#notBefore = Date.now() + this.#visibility + MARGIN;
  }

  /**
   * Records a poll: how many dead letters it returned, and how many of these were in the queue when the redrive began and had not
   * been seen before.
   */
  polled({ received, unseen }: { readonly received: number; readonly unseen: number }): void {
    this.#evidence = unseen > 0 ? 0 : this.#evidence + weightOf(received);
  }

  isReached(): boolean {
    return this.#evidence >= ENOUGH && Date.now() >= this.#notBefore;
  }
}
