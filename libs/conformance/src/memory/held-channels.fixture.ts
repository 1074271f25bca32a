import type { Connection, Outbound, Receipt, Transport } from 'throughline/transport';

/** Holds back what applications publish to some channels, until they are let go. */
export class HeldChannels {
  readonly #gates = new Map<string, PromiseWithResolvers<undefined>>();

  /** Returns a function that lets the messages go. */
  hold(channel: string): () => void {
    const gate = Promise.withResolvers<undefined>();
    this.#gates.set(channel, gate);
    return () => {
      this.#gates.delete(channel);
      gate.resolve(undefined);
    };
  }

  /** The same transport, whose connections wait before they send. */
  around(transport: Transport): Transport {
    return { ...transport, open: async (context) => this.#around(await transport.open(context)) };
  }

  #around(connection: Connection): Connection {
    const send = async (message: Outbound): Promise<Receipt> => {
      await this.#gates.get(message.channel.name)?.promise;
      return connection.send(message);
    };
    return new Proxy(connection, {
      get: (target, name) => {
        if (name === 'send') return send;
        const value: unknown = Reflect.get(target, name);
        return typeof value === 'function'
          ? (...given: unknown[]): unknown => Reflect.apply(value, target, given)
          : value;
      },
    });
  }
}
