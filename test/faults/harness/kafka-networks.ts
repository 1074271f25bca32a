import { freePorts, type KafkaListener } from '#brokers';
import { Network } from './network.js';
import { TcpProxy } from './tcp-proxy.js';

/** A network's way into one node of the cluster. */
interface Way {
  /** The node's own port behind it. */
  readonly listener: number;
  readonly proxy: TcpProxy;
}

const wayIn = async (listener: number): Promise<Way> => ({
  listener,
  proxy: await TcpProxy.open(() => listener),
});

/** Several networks to one Kafka, each behind listeners of the nodes' that advertise it. */
export class KafkaNetworks {
  readonly #networks: readonly (readonly Way[])[];
  readonly #free: Network[];

  private constructor(networks: readonly (readonly Way[])[]) {
    this.#networks = networks;
    this.#free = networks.map((ways) => new Network(ways.map(({ proxy }) => proxy)));
  }

  static async open(count: number, nodes: number): Promise<KafkaNetworks> {
    const listeners = await freePorts(count * nodes);
    const ways = await Promise.all(listeners.map(wayIn));
    return new KafkaNetworks(
      Array.from({ length: count }, (_, index) => ways.slice(index * nodes, (index + 1) * nodes)),
    );
  }

  /** One that nobody else disturbs; whoever takes it closes it. */
  take(): Network {
    const network = this.#free.shift();
    if (network === undefined) throw new RangeError('There are fewer networks than rows ask for.');
    return network;
  }

  /** What this node, the first of which is 0, has to listen at. */
  listenersOf(node: number): readonly KafkaListener[] {
    return this.#networks.flatMap((ways, index) => {
      const way = ways[node];
      if (way === undefined) return [];
      return [{ name: `NET${index}`, port: way.listener, advertisedPort: way.proxy.port }];
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#free.map((network) => network.close()));
  }
}
