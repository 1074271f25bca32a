import { type Direction, type TcpProxy } from './tcp-proxy.js';

/** The network between clients and a broker, which can be disturbed. It has a proxy for each node. */
export class Network {
  constructor(private readonly proxies: readonly TcpProxy[]) {}

  /** The address of each proxy, with commas between. */
  get address(): string {
    return this.proxies.map(({ port }) => `127.0.0.1:${port}`).join(',');
  }

  /** Adds this many milliseconds to each chunk from now on. */
  delay(direction: Direction, milliseconds: number): void {
    for (const proxy of this.proxies) proxy.delay(direction, milliseconds);
  }

  /** Resets every existing connection. New connections work. */
  reset(): void {
    for (const proxy of this.proxies) proxy.reset();
  }

  /** Every existing connection stays open and carries no more data. New connections work. */
  halfOpen(): void {
    for (const proxy of this.proxies) proxy.halfOpen();
  }

  /** Drops all data in this direction, on every connection, until {@link heal}. */
  silence(direction: Direction): void {
    for (const proxy of this.proxies) proxy.silence(direction);
  }

  /** Restores the network. Connections that lost data stay silent. */
  heal(): void {
    for (const proxy of this.proxies) proxy.heal();
  }

  async close(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.close()));
  }
}
