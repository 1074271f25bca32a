import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Towards the broker, or from it. */
export type Direction = 'there' | 'back';

interface Link {
  readonly client: Socket;
  readonly broker: Socket;
  /** A half-open connection: data from either side is dropped, and neither side is informed. */
  isDead: boolean;
}

/** A network between clients and a broker that can be slow, interrupted or silent. It never changes the data. */
export class TcpProxy {
  readonly #server: Server;
  readonly #links = new Set<Link>();
  readonly #latency: Record<Direction, number> = { there: 0, back: 0 };
  readonly #silent = new Set<Direction>();

  private constructor(
    private readonly target: () => number,
    server: Server,
  ) {
    this.#server = server;
  }

  /** @param target the broker's port, read for each connection */
  static async open(target: () => number): Promise<TcpProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new TcpProxy(target, server);
    server.on('connection', (client) => {
      proxy.#link(client);
    });
    return proxy;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Adds this many milliseconds to each chunk from now on. */
  delay(direction: Direction, milliseconds: number): void {
    this.#latency[direction] = milliseconds;
  }

  /** Resets every existing connection. New connections work. */
  reset(): void {
    for (const { client, broker } of this.#links) {
      client.resetAndDestroy();
      broker.resetAndDestroy();
    }
  }

  /** Every existing connection stays open and carries no more data. New connections work. */
  halfOpen(): void {
    for (const link of this.#links) link.isDead = true;
  }

  /** Drops all data in this direction, on every connection, until {@link heal}. */
  silence(direction: Direction): void {
    this.#silent.add(direction);
  }

  /** Restores the network. Connections that lost data stay silent. */
  heal(): void {
    this.#silent.clear();
    this.#latency.there = 0;
    this.#latency.back = 0;
  }

  async close(): Promise<void> {
    this.reset();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #link(client: Socket): void {
    const broker = connect({ port: this.target(), host: '127.0.0.1' });
    const link: Link = { client, broker, isDead: false };
    this.#links.add(link);
    this.#carry(link, 'there', client, broker);
    this.#carry(link, 'back', broker, client);
  }

  #carry(link: Link, direction: Direction, from: Socket, to: Socket): void {
    let last = Promise.resolve();
    from.on('data', (piece) => {
      if (link.isDead || this.#silent.has(direction)) {
        link.isDead = true; // a stream with a gap is unusable
        return;
      }
      const latency = this.#latency[direction];
      last = last.then(async () => {
        if (latency > 0) await pause(latency);
        if (!to.destroyed && !to.write(piece)) this.#applyBackpressure(from, to);
      });
    });
    from.on('error', () => {
      to.destroy();
    });
    from.on('close', () => {
      this.#links.delete(link);
      if (!link.isDead) void last.then(() => to.end());
      else to.destroy();
    });
  }

  #applyBackpressure(from: Socket, to: Socket): void {
    from.pause();
    to.once('drain', () => from.resume());
  }
}
