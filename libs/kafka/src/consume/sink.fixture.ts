import type { InboundMessage, SourcePartition, Sink } from 'throughline/transport';

/** Longer than a group needs to find another leader, on a busy machine. */
const WITHIN = 60_000;

/** A sink that records the messages it gets, and has as much capacity as a test sets. */
export class OpenSink implements Sink {
  readonly received: InboundMessage[] = [];
  readonly dropped: string[] = [];
  #capacity = 1_000_000;
  #wake: (partitionName: string) => void = () => undefined;
  #waiting: (() => void)[] = [];

  capacity(): number {
    return this.#capacity;
  }

  onCapacity(wake: (partitionName: string) => void): void {
    this.#wake = wake;
  }

  /** Sets the capacity, and wakes the given partitions if there is some. */
  setCapacity(capacity: number, origins: readonly string[] = []): void {
    this.#capacity = capacity;
    if (capacity > 0) origins.forEach((name) => this.#wake(name));
  }

  deliver(inbounds: readonly InboundMessage[]): void {
    this.received.push(...inbounds);
    this.#nudge();
  }

  suspendStarts(): Promise<void> {
    return Promise.resolve();
  }

  resumeStarts(): void {
    this.#nudge();
  }

  drop(origins: readonly SourcePartition[]): void {
    this.dropped.push(...origins.map(({ name }) => name));
  }

  /** The ids of the messages from the given index on: `topic/partition/offset`. */
  ids(from = 0): readonly string[] {
    return this.received.slice(from).map(({ id }) => id);
  }

  async until(what: string, condition: () => boolean): Promise<void> {
    const late = AbortSignal.timeout(WITHIN);
    late.addEventListener('abort', () => this.#nudge());
    while (!condition()) {
      if (late.aborted)
        throw new Error(`Never happened: ${what}. Received: ${this.ids().join(' ')}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #nudge(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
