import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Link {
  readonly client: Socket;
  readonly redis: Socket;
}

/** A network between a client and Redis that can break connections. Connections that are opened afterwards work. */
export class FaultyNetwork {
  readonly #server: Server;
  readonly #links = new Set<Link>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(port: number): Promise<FaultyNetwork> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const network = new FaultyNetwork(server);
    server.on('connection', (client) => network.#join(client, connect(port, '127.0.0.1')));
    return network;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Silences every connection: it stays open, but carries no more data. */
  silence(): void {
    for (const { client, redis } of this.#links) {
      client.unpipe(redis).resume();
      redis.unpipe(client).resume();
    }
  }

  /** Resets every connection when the client next writes to it. */
  resetOnNextWrite(): void {
    for (const { client, redis } of this.#links) {
      client.unpipe(redis).resume();
      client.once('data', () => {
        client.resetAndDestroy();
        redis.destroy();
      });
    }
  }

  async close(): Promise<void> {
    for (const { client, redis } of this.#links) {
      client.destroy();
      redis.destroy();
    }
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(client: Socket, redis: Socket): void {
    const link = { client, redis };
    this.#links.add(link);
    for (const one of [client, redis]) {
      one.on('error', () => one.destroy());
      one.once('close', () => this.#links.delete(link));
    }
    client.pipe(redis).pipe(client);
  }
}
