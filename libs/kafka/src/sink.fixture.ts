import type { Arrival, ShardId, Sink } from 'throughline/transport';

/** A sink that keeps what arrives, and has as much room as it is told. */
export class OpenSink implements Sink {
  readonly arrived: Arrival[] = [];
  readonly dropped: string[] = [];
  #room = 1_000_000;
  #wake: (shardName: string) => void = () => undefined;
  #waiting: (() => void)[] = [];

  room(): number {
    return this.#room;
  }

  onRoom(wake: (shardName: string) => void): void {
    this.#wake = wake;
  }

  /** From now on there is so much room; who was held back is told where there is some. */
  hasRoom(room: number, shards: readonly string[] = []): void {
    this.#room = room;
    if (room > 0) shards.forEach((name) => this.#wake(name));
  }

  deliver(arrivals: readonly Arrival[]): void {
    this.arrived.push(...arrivals);
    this.#nudge();
  }

  hold(): Promise<void> {
    return Promise.resolve();
  }

  goOn(): void {
    this.#nudge();
  }

  drop(shards: readonly ShardId[]): void {
    this.dropped.push(...shards.map(({ name }) => name));
  }

  /** The ids of what has arrived, from the so-many-th on: `topic/partition/offset`. */
  ids(from = 0): readonly string[] {
    return this.arrived.slice(from).map(({ id }) => id);
  }

  async until(what: string, holds: () => boolean): Promise<void> {
    const late = AbortSignal.timeout(20_000);
    late.addEventListener('abort', () => this.#nudge());
    while (!holds()) {
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
