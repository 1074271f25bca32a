import { assertOptions, rule } from '#base';
import { TRACER_RULE, type Tracer } from '../tracer.js';
import { tracedSends, type SendingClient } from './traced-sends.js';
import { tracedToRules, type TracedTo } from './traced-to.js';

/**
 * Wraps a Nest client for a transport that is not part of Throughline. `emit`, `send` and `emitBatch` of the wrapped client each
 * open a span and write its context into the message. All other members are unchanged. Messages that you send with the unwrapped
 * client are not traced.
 *
 * With Kafka, RabbitMQ and NATS, the context is in headers, with MQTT in the user properties of version 5. Headers of the message
 * are preserved. A message with its own `traceparent` continues that trace. If there is no current span, nothing is written.
 *
 * @throws ThroughlineError `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN`
 * @example
 * // 'ORDERS' is what ClientsModule.register provides, TRACER is exported by `throughline`
 * {
 *   provide: OrdersClient,
 *   inject: ['ORDERS', TRACER],
 *   useFactory: (client: ClientKafka, tracer: Tracer) => traced(client, tracer, { system: 'kafka' }),
 * }
 */
export function traced<C extends SendingClient>(client: C, tracer: Tracer, to: TracedTo): C {
  assertOptions('traced()', { tracer }, { tracer: rule.required(TRACER_RULE) });
  assertOptions('traced()', to, tracedToRules(to));
  const sends = tracedSends(client, tracer, to);
  return new Proxy(client, {
    get: (target, name): unknown => {
      const ours = sends.get(name);
      if (ours !== undefined) return ours;
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function' || name === 'constructor') return value;
      // The method is bound to the client. Otherwise, the client's methods would call the traced methods of this wrapper.
      const own: unknown = value.bind(target);
      return own;
    },
  });
}
