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
  /** The destination that spans show. Default: the pattern of each send, which is the topic on Kafka. */
  readonly destination?: string;
}

/** Options of `traced`, which describe where a Nest client sends to. */
export type TracedTo =
  | (Where & { readonly system: 'kafka' | 'rabbitmq' | 'mqtt' })
  | (Where & {
      readonly system: 'nats';
      /**
       * The function with which the NATS client creates headers: `import { headers } from '@nats-io/transport-node'`. It is
       * needed because the client accepts no other headers.
       */
      readonly headers: () => NatsHeaders;
    });

const RULES = {
  system: rule.required(rule.oneOf('kafka', 'rabbitmq', 'mqtt', 'nats')),
  destination: rule.text,
  address: rule.text,
  port: rule.port,
};

/**
 * Returns the rules for the options of `traced`. The option `headers` exists only for NATS. If the system is unknown, only that
 * error is reported.
 */
export function tracedToRules(to: TracedTo): OptionRules {
  const system: unknown = isRecord(to) ? to.system : undefined;
  if (system === 'nats') return { ...RULES, headers: rule.required(rule.fn) };
  return RULES.system.accepts(system) ? RULES : { ...RULES, headers: rule.anything };
}

/** Returns the function that writes the trace context into the messages of a client. */
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

/** Returns the endpoint of a send, as spans show it. */
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
