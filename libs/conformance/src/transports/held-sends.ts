import { Gate } from './gate.js';

/** The channels whose sends are held up on their way, by name. */
export class HeldSends {
  readonly #gates = new Map<string, Gate>();

  /** Answers with what lets them go. */
  hold(channel: string): () => void {
    const gate = new Gate();
    this.#gates.set(channel, gate);
    return () => {
      this.#gates.delete(channel);
      gate.open();
    };
  }

  /** Resolves once none of those that `concerns` names are held. */
  async pass(concerns: (channel: string) => boolean): Promise<void> {
    const gates = [...this.#gates].filter(([channel]) => concerns(channel));
    await Promise.all(gates.map(([, gate]) => gate.pass()));
  }
}
