import { setTimeout as pause } from 'node:timers/promises';
import { isUnavailable, reasonOf } from '#base';
import { type Redelivery } from 'throughline/transport';
import { isRefusal } from '../../client/failures.js';
import { restoredDeadLetter, type SqsDeadLetter } from '../queue/sqs-dead-letter.js';
import type { Moves, Refusal } from './mover.js';

/**
 * How long a redrive waits for the other broker before it gives up, in milliseconds. The time is short, because an operator is
 * waiting for the redrive.
 */
const PATIENCE = 10_000;
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 2_000;

export interface ForeignMoverParts {
  readonly deliver: Redelivery['deliver'];
  /** A signal that stops the retries when it aborts. */
  readonly signal: AbortSignal;
  /** In milliseconds. Default: 10 s. */
  readonly patience?: number;
}

/**
 * Moves dead letters whose messages came from another broker: restores the messages, and passes them to that broker's transport.
 */
export class ForeignMover implements Moves {
  readonly #parts: ForeignMoverParts;

  constructor(parts: ForeignMoverParts) {
    this.#parts = parts;
  }

  /** @throws the other broker's error, unless it concerns only a single dead letter; if that broker is unavailable, after 10 s */
  async send(deadLetters: readonly SqsDeadLetter[]): Promise<readonly Refusal[]> {
    const { deliver, signal, patience = PATIENCE } = this.#parts;
    const deadline = Date.now() + patience;
    const refusals: Refusal[] = [];
    let left = deadLetters;
    for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      const answers = await deliver(left.map(restoredDeadLetter));
      const again: { readonly deadLetter: SqsDeadLetter; readonly reason: unknown }[] = [];
      for (const [index, deadLetter] of left.entries()) {
        const answer = answers[index] ?? NO_ANSWER;
        if (answer.status === 'fulfilled') continue;
        const reason: unknown = answer.reason;
        if (isRefusal(reason)) refusals.push({ deadLetter, reason: reasonOf(reason) });
        else again.push({ deadLetter, reason });
      }
      const failure = again.find(({ reason }) => !isUnavailable(reason)) ?? again[0];
      if (failure === undefined) return refusals;
      const isWorthWaiting = isUnavailable(failure.reason) && !signal.aborted;
      if (!isWorthWaiting || Date.now() + wait >= deadline) throw failure.reason;
      left = again.map(({ deadLetter }) => deadLetter);
      await pause(wait);
    }
  }
}

const NO_ANSWER: PromiseSettledResult<unknown> = {
  status: 'rejected',
  reason: new Error('The broker returned no result for one of the redriven dead letters.'),
};
