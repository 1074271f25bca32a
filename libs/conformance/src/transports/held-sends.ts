import { Gate } from './gate.js';

/** The channels whose sends are delayed, by name. */
export class HeldSends {
  readonly #gates = new Map<string, Gate>();

  /** Returns the function that releases them. */
  hold(channel: string): () => void {
    const gate = new Gate();
    this.#gates.set(channel, gate);
    return () => {
      this.#gates.delete(channel);
      gate.open();
    };
  }

  /** Resolves once no channel that `concerns` selects is held. */
  async pass(concerns: (channel: string) => boolean): Promise<void> {
    const gates = [...this.#gates].filter(([channel]) => concerns(channel));
    await Promise.all(gates.map(([, gate]) => gate.pass()));
  }
}
