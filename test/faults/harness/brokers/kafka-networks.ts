import { freePorts, type KafkaListener } from '#brokers';
import { Network } from './network.js';
import { TcpProxy } from './tcp-proxy.js';

/** A network's route to one node of the cluster. */
interface Route {
  /** The node's own port behind the proxy. */
  readonly listener: number;
  readonly proxy: TcpProxy;
}

const openRoute = async (listener: number): Promise<Route> => ({
  listener,
  proxy: await TcpProxy.open(() => listener),
});

/** Several networks to one Kafka. For each network, every node has a listener that advertises the network's proxy. */
export class KafkaNetworks {
  readonly #networks: readonly (readonly Route[])[];
  readonly #free: Network[];

  private constructor(networks: readonly (readonly Route[])[]) {
    this.#networks = networks;
    this.#free = networks.map((routes) => new Network(routes.map(({ proxy }) => proxy)));
  }

  static async open(count: number, nodes: number): Promise<KafkaNetworks> {
    const listeners = await freePorts(count * nodes);
    const routes = await Promise.all(listeners.map(openRoute));
    return new KafkaNetworks(
      Array.from({ length: count }, (_, index) => routes.slice(index * nodes, (index + 1) * nodes)),
    );
  }

  /** Returns a network for one row, which closes it. */
  take(): Network {
    const network = this.#free.shift();
    if (network === undefined) throw new RangeError('There are fewer networks than rows ask for.');
    return network;
  }

  /** The listeners of a node. The first node is 0. */
  listenersOf(node: number): readonly KafkaListener[] {
    return this.#networks.flatMap((routes, index) => {
      const route = routes[node];
      if (route === undefined) return [];
      return [{ name: `NET${index}`, port: route.listener, advertisedPort: route.proxy.port }];
    });
  }

  async close(): Promise<void> {
    await Promise.all(this.#free.map((network) => network.close()));
  }
}
