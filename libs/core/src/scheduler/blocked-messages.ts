import { BlockedWatch, type HealthReports } from 'throughline/transport';
import { isBlocked, isUnavailable } from '#base';
import type { Task } from './lanes/task.js';
import type { Outcome } from 'throughline/transport';
import { loggedSentence } from '../pipeline/run/logged-reason.js';

/**
 * Whether only a person can help: something says no whatever the message, the dead-letter channel does not take this one, or a
 * bug of ours or of a tracer's keeps it from being run at all.
 */
const needsAttention = (outcome: Outcome | undefined): boolean =>
  outcome === undefined ||
  (outcome.kind === 'retry' &&
    (isBlocked(outcome.cause) ||
      (outcome.storeAgain !== undefined && !isUnavailable(outcome.cause))));

/** What a report about a handler's blocked messages needs. */
export interface BlockedMessagesParts {
  /** `OrderProcessor.process`. */
  readonly handler: string;
  readonly health: HealthReports;
  /** How long the broker keeps a message, in milliseconds; `undefined` where it does not say. */
  readonly retention: () => Promise<number | undefined>;
}

/** The messages of a handler that wait for a person: reported once they have waited for 30 s, and cleared when none does. */
export class BlockedMessages {
  readonly #parts: BlockedMessagesParts;
  readonly #watch: BlockedWatch;
  readonly #waiting = new Set<Task>();
  #isClosed = false;

  constructor(parts: BlockedMessagesParts) {
    this.#parts = parts;
    this.#watch = new BlockedWatch(parts.health, `${parts.handler} (blocked)`);
  }

  /** A run of the message has ended so; with no outcome where it could not be run. What is no longer ours waits nowhere. */
  saw(task: Task, outcome: Outcome | undefined): void {
    if (needsAttention(outcome) && !task.isDropped && !this.#isClosed) this.#add(task, outcome);
    else if (this.#waiting.size > 0) this.#remove(task);
  }

  /** What was dropped, or has lapsed, is somebody else's by now. */
  forgetGone(): void {
    for (const task of this.#waiting) if (task.isDropped || task.isOver) this.#remove(task);
  }

  /** The handler runner is closed: what ends from now on is given back, and waits here no more. */
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

  /** A message waits no longer than its broker keeps it. */
  async #reportRetention(task: Task, reason: string): Promise<void> {
    const retention = await this.#parts.retention().catch(() => undefined);
    const { incoming, receivedAt } = task.inbound;
    const end = new Date((incoming.sentAt ?? receivedAt) + (retention ?? NaN));
    if (Number.isNaN(end.getTime()) || !this.#waiting.has(task)) return;
    this.#watch.blocked(`${reason} Its broker keeps it until ${end.toISOString()}.`);
  }
}

function reasonFor({ inbound: { id } }: Task, outcome: Outcome | undefined): string {
  if (outcome === undefined) return `message ${id} cannot be run: see the log.`;
  const { cause, storeAgain } = outcome.kind === 'retry' ? outcome : NOTHING;
  return storeAgain === undefined
    ? `message ${id} waits: ${loggedSentence(cause)}`
    : `the dead letter of message ${id} cannot be stored: ${loggedSentence(cause)}`;
}

const NOTHING = { cause: undefined, storeAgain: undefined };
