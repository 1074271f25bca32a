import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { StoredMessage } from '../message.js';
import { Groups } from './groups.js';
import { QueueEntry } from './queue-entry.js';

/** The default visibility timeout of SQS, in milliseconds. */
const VISIBILITY = 30_000;
/** The longest time for which SQS hides a message after a receive, in milliseconds: 12 hours. */
const LONGEST_HIDDEN = 12 * 60 * 60 * 1_000;
/**
 * How long a FIFO queue remembers a deduplication id, in milliseconds: 5 minutes. In this time, a message with the same id is a
 * duplicate.
 */
const DEDUPLICATION = 5 * 60 * 1_000;

/** Options with which a message is added to a queue. */
export interface QueueTerms {
  /** The message group. It is `null` only in a standard queue. */
  readonly group: string | null;
  /** How long the message is delayed, in milliseconds. */
  readonly delay?: number | undefined;
  readonly deduplicationId?: string | undefined;
}

/** The numbers of messages in a queue, as SQS counts them. */
export interface QueueCounts {
  readonly visible: number;
  readonly hidden: number;
  readonly delayed: number;
}

/** A received message. It is hidden from other receivers until it is deleted, or until its visibility timeout expires. */
export interface Received {
  readonly id: string;
  readonly group: string | null;
  readonly message: StoredMessage;
  readonly sentAt: number;
  /** How often the message was received, including this time. */
  readonly receives: number;
  /** The receipt, which proves that the receiver still owns the message. */
  readonly receipt: symbol;
}

/**
 * An in-memory SQS queue. A standard queue delivers every visible message. A FIFO queue, whose name ends in `.fifo`, delivers the
 * messages of each group in order. While a message of a group is hidden, the queue delivers no other message of that group.
 */
export class MemoryQueue {
  readonly isFifo: boolean;
  readonly visibility: number;
  readonly #clock: Clock;
  readonly #entries = new Map<string, QueueEntry>();
  readonly #groups: Groups;
  readonly #sent = new Map<string, string>();
  readonly #listeners = new Set<() => void>();

  constructor(
    readonly name: string,
    clock: Clock,
    { visibility = VISIBILITY }: { readonly visibility?: number | undefined } = {},
  ) {
    this.#clock = clock;
    this.isFifo = name.endsWith('.fifo');
    this.#groups = new Groups(this.isFifo);
    this.visibility = visibility;
  }

  /** All messages in the queue that were neither deleted nor moved, in the order of their sends. */
  get messages(): readonly StoredMessage[] {
    return [...this.#entries.values()].map(({ message }) => message);
  }

  get counts(): QueueCounts {
    const states = [...this.#entries.values()].map(({ state }) => state);
    const count = (wanted: QueueEntry['state']): number =>
      states.filter((state) => state === wanted).length;
    return { visible: count('visible'), hidden: count('hidden'), delayed: count('delayed') };
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Adds a message. Returns its id, or the id of the message that it duplicates. */
  add(message: StoredMessage, { group, delay = 0, deduplicationId }: QueueTerms): string {
    const known = deduplicationId === undefined ? undefined : this.#sent.get(deduplicationId);
    if (known !== undefined) return known;
    const id = randomUUID();
    if (deduplicationId !== undefined) this.#remember(deduplicationId, id);
    const entry = new QueueEntry(id, group, message, this.#clock.now());
    this.#entries.set(id, entry);
    if (delay > 0)
      entry.wait(
        'delayed',
        this.#clock.after(delay, () => this.#show(entry)),
      );
    else this.#show(entry);
    return id;
  }

  /** Receives at most `most` messages and hides them for `visibility` milliseconds. */
  receive(most: number, visibility: number): readonly Received[] {
    const now = this.#clock.now();
    return this.#groups.take(most).map((entry) => {
      const receipt = Symbol(entry.id);
      entry.receives += 1;
      entry.receipt = receipt;
      entry.receivedAt = now;
      this.#hide(entry, visibility);
      const { id, group, message, sentAt, receives } = entry;
      return { id, group, message, sentAt, receives, receipt };
    });
  }

  /** Deletes a received message. Returns whether the receiver still owned the message. */
  delete(id: string, receipt: symbol): boolean {
    const entry = this.#entryOf(id, receipt);
    if (entry === undefined) return false;
    this.#remove(entry);
    return true;
  }

  /**
   * Hides a message for `visibility` milliseconds from now on. With 0, the message becomes visible. Returns whether the receiver
   * still owned the message.
   */
  changeVisibility(id: string, receipt: symbol, visibility: number): boolean {
    const entry = this.#entryOf(id, receipt);
    if (entry === undefined) return false;
    const left = entry.receivedAt + LONGEST_HIDDEN - this.#clock.now();
    this.#hide(entry, Math.min(visibility, left));
    return true;
  }

  /** Returns the messages that a redrive can move: those that no receiver has. */
  waiting(): readonly { readonly id: string; readonly message: StoredMessage }[] {
    return [...this.#entries.values()].filter(({ state }) => state === 'visible');
  }

  /** Whether the message is in the queue and no receiver has it. */
  isWaiting(id: string): boolean {
    return this.#entries.get(id)?.state === 'visible';
  }

  /** Removes a message from the queue, even if a receiver has it. */
  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) this.#remove(entry);
  }

  /** Makes all received messages visible, as if their visibility timeout had expired. */
  releaseHidden(): void {
    for (const entry of this.#entries.values()) if (entry.state === 'hidden') this.#show(entry);
  }

  /** Deletes all messages in the queue, including received ones. */
  purge(): void {
    for (const entry of this.#entries.values()) this.#remove(entry);
  }

  /** Calls a function whenever a message becomes visible. Returns a function that unsubscribes. */
  onVisible(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #entryOf(id: string, receipt: symbol): QueueEntry | undefined {
    const entry = this.#entries.get(id);
    return entry?.receipt === receipt && entry.state === 'hidden' ? entry : undefined;
  }

  #hide(entry: QueueEntry, milliseconds: number): void {
    if (milliseconds <= 0) this.#show(entry);
    else
      entry.wait(
        'hidden',
        this.#clock.after(milliseconds, () => this.#show(entry)),
      );
  }

  #show(entry: QueueEntry): void {
    entry.show();
    this.#groups.add(entry);
    this.#announce();
  }

  /** Removes a message from the queue. The next message in its group can then be received. */
  #remove(entry: QueueEntry): void {
    entry.remove();
    this.#entries.delete(entry.id);
    this.#groups.remove(entry);
    if (this.isFifo) this.#announce();
  }

  /**
   * Notifies the listeners that a message is visible. The listener that is called first receives the message, so the listeners
   * take turns in being first.
   */
  #announce(): void {
    const [first, ...others] = this.#listeners;
    if (first === undefined) return;
    this.#listeners.delete(first);
    this.#listeners.add(first);
    for (const listener of [first, ...others]) listener();
  }

  #remember(deduplicationId: string, id: string): void {
    this.#sent.set(deduplicationId, id);
    this.#clock.after(DEDUPLICATION, () => this.#sent.delete(deduplicationId));
  }
}
