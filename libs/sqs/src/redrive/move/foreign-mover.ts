import { setTimeout as pause } from 'node:timers/promises';
import { errorClassOf, isUnavailable, reasonOf } from '#base';
import { type Redelivery } from 'throughline/transport';
import { restoredLetter, type SqsLetter } from '../queue/sqs-dead-letter.js';
import type { Moves, Refusal } from './mover.js';

/** How long an operator, who waits for the answer, is left to wait for the other broker. */
const PATIENCE = 10_000;
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 2_000;

/** What handing letters over takes. */
export interface ForeignMoverParts {
  readonly deliver: Redelivery['deliver'];
  /** Once it aborts, nothing is tried again. */
  readonly signal: AbortSignal;
  /** In milliseconds. Default: 10 s. */
  readonly patience?: number;
}

/** Restores dead letters that were another broker's messages, and hands them over to be written there. */
export class ForeignMover implements Moves {
  readonly #parts: ForeignMoverParts;

  constructor(parts: ForeignMoverParts) {
    this.#parts = parts;
  }

  /**
   * @throws what the other broker says of us and not of a letter, and where it is unavailable for 10 s
   */
  async send(letters: readonly SqsLetter[]): Promise<readonly Refusal[]> {
    const { deliver, signal, patience = PATIENCE } = this.#parts;
    const deadline = Date.now() + patience;
    const refusals: Refusal[] = [];
    let left = letters;
    for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      const answers = await deliver(left.map(restoredLetter));
      const again: { readonly letter: SqsLetter; readonly reason: unknown }[] = [];
      for (const [index, letter] of left.entries()) {
        const answer = answers[index] ?? NO_ANSWER;
        if (answer.status === 'fulfilled') continue;
        const reason: unknown = answer.reason;
        if (isAboutTheLetter(reason)) refusals.push({ letter, reason: reasonOf(reason) });
        else again.push({ letter, reason });
      }
      const failure = again.find(({ reason }) => !isUnavailable(reason)) ?? again[0];
      if (failure === undefined) return refusals;
      const isWorthWaiting = isUnavailable(failure.reason) && !signal.aborted;
      if (!isWorthWaiting || Date.now() + wait >= deadline) throw failure.reason;
      left = again.map(({ letter }) => letter);
      await pause(wait);
    }
  }
}

const NO_ANSWER: PromiseSettledResult<unknown> = {
  status: 'rejected',
  reason: new Error('The broker said nothing about this message.'),
};

/** Whether it is refused for what it is; anything else would be said of the next one, too. */
const isAboutTheLetter = (reason: unknown): boolean => errorClassOf(reason) === 'refused';
