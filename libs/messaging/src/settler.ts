import { ACK, type Outcome } from './outcome.js';
import type { Arrival, Settlement, Source } from './source.js';

/** Tells a source what became of its messages, many at a time; a dead letter that is stored is done with. */
export class Settler<A extends Arrival = Arrival> {
  readonly #source: Source<A>;
  readonly #underWay = new Set<Promise<void>>();
  #pending: Settlement<A>[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(source: Source<A>) {
    this.#source = source;
  }

  add(arrival: A, outcome: Outcome): void {
    const { size, within } = this.#source.features.settle;
    this.#pending.push({ arrival, outcome: outcome.kind === 'deadLetter' ? ACK : outcome });
    if (this.#pending.length >= size) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), within);
  }

  /** Resolves once everything that was added has been told. */
  async settled(): Promise<void> {
    this.#flush();
    await Promise.all(this.#underWay);
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pending.length === 0) return;
    const entries = this.#pending;
    this.#pending = [];
    const telling = this.#source.settle(entries);
    if (telling === undefined) return;
    const told = telling.finally(() => this.#underWay.delete(told));
    this.#underWay.add(told);
  }
}
