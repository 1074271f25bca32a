import { BlockedWatch, type HealthReports } from 'throughline/transport';
import { isBlocked, isUnavailable } from '#base';
import type { Task } from './lanes/task.js';
import type { Outcome } from 'throughline/transport';
import { loggedSentence } from '../pipeline/run/logged-reason.js';

/**
 * Whether the message needs your attention. It does if the broker rejects requests regardless of the message, if the dead-letter
 * channel refuses this dead letter, or if an internal error prevents the message from running.
 */
const needsAttention = (outcome: Outcome | undefined): boolean =>
  outcome === undefined ||
  (outcome.kind === 'retry' &&
    (isBlocked(outcome.cause) ||
      (outcome.storeAgain !== undefined && !isUnavailable(outcome.cause))));

/** Dependencies of {@link BlockedMessages}. */
export interface BlockedMessagesParts {
  /** The handler's name, such as `OrderProcessor.process`. */
  readonly handler: string;
  readonly health: HealthReports;
  /** How long the broker keeps a message, in milliseconds. `undefined` if the broker does not report it. */
  readonly retention: () => Promise<number | undefined>;
}

/**
 * The blocked messages of a handler. Health reports a handler after one of its messages has been blocked for 30 s, until none is
 * blocked.
 */
export class BlockedMessages {
  readonly #parts: BlockedMessagesParts;
  readonly #watch: BlockedWatch;
  readonly #waiting = new Set<Task>();
  #isClosed = false;

  constructor(parts: BlockedMessagesParts) {
    this.#parts = parts;
    this.#watch = new BlockedWatch(parts.health, `${parts.handler} (blocked)`);
  }

  /**
   * Called after each run of a message. `outcome` is `undefined` if the message could not be run. Messages that no longer belong to
   * this process are ignored.
   */
  saw(task: Task, outcome: Outcome | undefined): void {
    if (needsAttention(outcome) && !task.isDropped && !this.#isClosed) this.#add(task, outcome);
    else if (this.#waiting.size > 0) this.#remove(task);
  }

  /** Removes blocked messages that were dropped or have expired. Another process owns them now. */
  forgetGone(): void {
    for (const task of this.#waiting) if (task.isDropped || task.isOver) this.#remove(task);
  }

  /**
   * Called when the handler runner is closed. Messages that are still blocked then return to the broker, and are not reported.
   */
  close(): void {
    this.#isClosed = true;
    this.#waiting.clear();
    this.#watch.freed();
  }

  #add(task: Task, outcome: Outcome | undefined): void {
    const reason = reasonFor(task, outcome);
    this.#waiting.add(task);
    this.#watch.blocked(reason);
    void this.#reportRetention(task, reason);
  }

  #remove(task: Task): void {
    this.#waiting.delete(task);
    if (this.#waiting.size === 0) this.#watch.freed();
  }

  /** Adds to the health report the time at which the broker will delete the message. */
  async #reportRetention(task: Task, problem: string): Promise<void> {
    const retention = await this.#parts.retention().catch(() => undefined);
    const { incoming, receivedAt } = task.inbound;
    const end = new Date((incoming.sentAt ?? receivedAt) + (retention ?? NaN));
    if (Number.isNaN(end.getTime()) || !this.#waiting.has(task)) return;
    this.#watch.blocked(
      `${problem} If the problem persists, the broker will delete the message at ${end.toISOString()}.`,
    );
  }
}

function reasonFor({ inbound: { id } }: Task, outcome: Outcome | undefined): string {
  if (outcome === undefined)
    return `Message ${id} cannot be processed because of an internal error. The log contains the error.`;
  const { cause, storeAgain } = outcome.kind === 'retry' ? outcome : NOTHING;
  return storeAgain === undefined
    ? `Message ${id} is waiting: ${loggedSentence(cause)}`
    : `The dead letter of message ${id} cannot be stored: ${loggedSentence(cause)}`;
}

const NOTHING = { cause: undefined, storeAgain: undefined };
