import type { InboundMessage, SourcePartition, Sink } from 'throughline/transport';

/** A sink that keeps what arrives, and has as much room as it is told. */
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

  /** From now on there is so much room; who was held back is told where there is some. */
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

  /** The ids of what has arrived, from the so-many-th on: `topic/partition/offset`. */
  ids(from = 0): readonly string[] {
    return this.received.slice(from).map(({ id }) => id);
  }

  async until(what: string, condition: () => boolean): Promise<void> {
    const late = AbortSignal.timeout(20_000);
    late.addEventListener('abort', () => this.#nudge());
    while (!condition()) {
      if (late.aborted)
        throw new Error(`Never happened: ${what}. Arrived: ${this.ids().join(' ')}`);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #nudge(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
