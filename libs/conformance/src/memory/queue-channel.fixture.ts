import { setImmediate as turn } from 'node:timers/promises';
import type { MemoryBroker, MemoryQueue } from 'throughline/memory';
import type { RawChannel, RawMessage } from '../index.js';
import type { HeldChannels } from './held-channels.fixture.js';
import { eventually, rawOf, storedOf } from './stored.fixture.js';

/** A queue of the broker in memory, seen from outside. */
export class QueueChannel implements RawChannel {
  readonly #queue: MemoryQueue;

  constructor(
    private readonly broker: MemoryBroker,
    readonly name: string,
    private readonly deadLetterName: string,
    private readonly held: HeldChannels,
  ) {
    this.#queue = broker.createQueue(name);
    broker.createQueue(deadLetterName);
  }

  send(messages: readonly RawMessage[]): Promise<void> {
    for (const message of messages) {
      const group = this.#queue.isFifo ? (message.key ?? 'none') : null;
      this.#queue.add(storedOf({ ...message, key: group }), { group });
    }
    return Promise.resolve();
  }

  async deadLetters(atLeast: number): Promise<readonly RawMessage[]> {
    const letters = (): readonly RawMessage[] =>
      (this.broker.queue(this.deadLetterName)?.messages ?? []).map(rawOf);
    await eventually(() => letters().length >= atLeast);
    return letters();
  }

  unsettled(): Promise<number> {
    return Promise.resolve(this.#queue.size);
  }

  inFlight(): Promise<number> {
    return Promise.resolve(this.#queue.counts.hidden);
  }

  revokeInProgress(): Promise<void> {
    this.#queue.purge();
    return Promise.resolve();
  }

  async redeliver(): Promise<void> {
    this.#queue.releaseHidden();
    while (this.#queue.counts.hidden === 0) await turn();
  }

  refuseDeadLetters(): Promise<void> {
    this.broker.deleteQueue(this.deadLetterName);
    return Promise.resolve();
  }

  acceptDeadLetters(): Promise<void> {
    this.broker.createQueue(this.deadLetterName);
    return Promise.resolve();
  }

  holdSends(): () => void {
    return this.held.hold(this.name);
  }
}
