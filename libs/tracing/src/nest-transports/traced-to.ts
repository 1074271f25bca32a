import { isRecord, rule, type OptionRules } from '#base';
import type { Endpoint } from '../tracer.js';
import {
  intoKafka,
  intoMqtt,
  intoNats,
  intoRabbitMq,
  type Injector,
  type NatsHeaders,
} from './injectors.js';

import { SYSTEMS } from './systems.js';

interface Where extends Pick<Endpoint, 'address' | 'port'> {
  /** The destination in the trace. Default: the pattern of each send, which is Kafka's topic. */
  readonly destination?: string;
}

/** Describes where a Nest client sends to. */
export type TracedTo =
  | (Where & { readonly system: 'kafka' | 'rabbitmq' | 'mqtt' })
  | (Where & {
      readonly system: 'nats';
      /**
       * The function of the NATS client that creates headers, because the client sends no others: `import { headers } from
       * '@nats-io/transport-node'`.
       */
      readonly headers: () => NatsHeaders;
    });

const RULES = {
  system: rule.required(rule.oneOf('kafka', 'rabbitmq', 'mqtt', 'nats')),
  destination: rule.text,
  address: rule.text,
  port: rule.port,
};

/** Only NATS needs a function for its headers. With an unknown system, that alone is reported. */
export function tracedToRules(to: TracedTo): OptionRules {
  const system: unknown = isRecord(to) ? to.system : undefined;
  if (system === 'nats') return { ...RULES, headers: rule.required(rule.fn) };
  return RULES.system.accepts(system) ? RULES : { ...RULES, headers: rule.anything };
}

/** Writes the context into what a client sends. */
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

/** The endpoint of a send. */
export function endpointOf(
  { system, destination, address, port }: TracedTo,
  pattern: unknown,
): Endpoint {
  const named = typeof pattern === 'string' ? pattern : JSON.stringify(pattern);
  return {
    system,
    systemFacts: SYSTEMS[system],
    destination: destination ?? named,
    ...(address !== undefined && { address }),
    ...(port !== undefined && { port }),
  };
}
