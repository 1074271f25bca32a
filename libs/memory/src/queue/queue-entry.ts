import type { StoredMessage } from '../message.js';

/** A message in a queue, and whether it can be received. */
export class QueueEntry {
  receives = 0;
  receivedAt = 0;
  /** The receipt of the last receive of the message. */
  receipt: symbol | undefined;
  #state: 'visible' | 'hidden' | 'delayed' | 'gone' = 'delayed';
  #cancel: () => void = () => undefined;

  constructor(
    readonly id: string,
    readonly group: string | null,
    readonly message: StoredMessage,
    readonly sentAt: number,
  ) {}

  get state(): 'visible' | 'hidden' | 'delayed' | 'gone' {
    return this.#state;
  }

  /** @param cancel cancels the timer that would make the message visible */
  wait(state: 'hidden' | 'delayed', cancel: () => void): void {
    this.#cancel();
    this.#cancel = cancel;
    this.#state = state;
  }

  show(): void {
    this.#cancel();
    this.#state = 'visible';
    this.receipt = undefined;
  }

  remove(): void {
    this.#cancel();
    this.#state = 'gone';
  }
}
