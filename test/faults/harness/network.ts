import { type Direction, type TcpProxy } from './tcp-proxy.js';

/** What clients reach a broker through, and can be made to suffer from: a proxy for each of its nodes. */
export class Network {
  constructor(private readonly proxies: readonly TcpProxy[]) {}

  /** The address of each proxy, with commas between. */
  get address(): string {
    return this.proxies.map(({ port }) => `127.0.0.1:${port}`).join(',');
  }

  /** From now on each piece takes so many milliseconds longer. */
  delay(direction: Direction, milliseconds: number): void {
    for (const proxy of this.proxies) proxy.delay(direction, milliseconds);
  }

  /** Resets every connection that there is; new ones are taken. */
  reset(): void {
    for (const proxy of this.proxies) proxy.reset();
  }

  /** Every connection that there is stays open and carries nothing any more; new ones are as they should be. */
  halfOpen(): void {
    for (const proxy of this.proxies) proxy.halfOpen();
  }

  /** Nothing goes through in this direction, on any connection, until {@link heal}; what is swallowed is gone. */
  silence(direction: Direction): void {
    for (const proxy of this.proxies) proxy.silence(direction);
  }

  /** Connections from now on are as they should be; those that lost something stay silent. */
  heal(): void {
    for (const proxy of this.proxies) proxy.heal();
  }

  async close(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.close()));
  }
}
