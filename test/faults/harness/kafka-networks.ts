import { freePorts } from 'throughline/testing';
import { TcpProxy } from './tcp-proxy.js';

interface Network {
  /** The broker's own port behind it. */
  readonly listener: number;
  readonly proxy: TcpProxy;
}

/** Several networks to one Kafka, each behind a listener of the broker's that advertises it. */
export class KafkaNetworks {
  readonly #networks: readonly Network[];
  readonly #free: Network[];

  private constructor(networks: readonly Network[]) {
    this.#networks = networks;
    this.#free = [...networks];
  }

  static async open(count: number): Promise<KafkaNetworks> {
    const listeners = await freePorts(count);
    const networks = await Promise.all(
      listeners.map(async (listener) => ({ listener, proxy: await TcpProxy.open(() => listener) })),
    );
    return new KafkaNetworks(networks);
  }

  /** One that nobody else disturbs; whoever takes it closes it. */
  take(): TcpProxy {
    const network = this.#free.shift();
    if (network === undefined) throw new RangeError('There are fewer networks than rows ask for.');
    return network.proxy;
  }

  /** The text of `server.properties` with the listeners. */
  addTo(properties: string): string {
    const addresses = (port: (network: Network) => number): string =>
      this.#networks.map((one, index) => `,NET${index}://127.0.0.1:${port(one)}`).join('');
    const protocols = this.#networks.map((_, index) => `,NET${index}:PLAINTEXT`).join('');
    return properties
      .replace(/^listeners=.*$/m, `$&${addresses(({ listener }) => listener)}`)
      .replace(/^advertised\.listeners=.*$/m, `$&${addresses(({ proxy }) => proxy.port)}`)
      .replace(/^listener\.security\.protocol\.map=.*$/m, `$&${protocols}`);
  }

  async close(): Promise<void> {
    await Promise.all(this.#free.map(({ proxy }) => proxy.close()));
  }
}
