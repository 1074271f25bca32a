import type { Endpoint } from '../tracer.js';
import {
  intoKafka,
  intoMqtt,
  intoNats,
  intoRabbitMq,
  type Injector,
  type NatsHeaders,
} from './injectors.js';

interface Where extends Pick<Endpoint, 'address' | 'port'> {
  /** How the trace names where it goes. Default: the pattern of each send, which is Kafka's topic. */
  readonly destination?: string;
}

/** What a client of Nest's sends to. */
export type TracedTo =
  | (Where & { readonly system: 'kafka' | 'rabbitmq' | 'mqtt' })
  | (Where & {
      readonly system: 'nats';
      /** The NATS client's own, since it sends no others: `import { headers } from '@nats-io/transport-node'`. */
      readonly headers: () => NatsHeaders;
    });

/** How the context gets into what a client sends. */
export function injectorFor(to: TracedTo): Injector {
  switch (to.system) {
    case 'kafka':
      return intoKafka;
    case 'rabbitmq':
      return intoRabbitMq;
    case 'mqtt':
      return intoMqtt;
    case 'nats':
      return intoNats(to.headers);
  }
}

/** Where a send goes, in the tracer's words. */
export function endpointOf(
  { system, destination, address, port }: TracedTo,
  pattern: unknown,
): Endpoint {
  const named = typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
  return {
    system,
    destination: destination ?? named,
    ...(address !== undefined && { address }),
    ...(port !== undefined && { port }),
  };
}
