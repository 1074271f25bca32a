import type { Tracer } from '../tracer.js';
import { tracedSends, type SendingClient } from './traced-sends.js';
import type { TracedTo } from './traced-to.js';

/**
 * A client of Nest's whose `emit`, `send` and `emitBatch` open a span each and write its context into the message, for
 * transports that are not Throughline's. Everything else is the client's own; what one does with the client itself is not traced.
 *
 * Kafka carries the context in the record's headers, RabbitMQ in the message's, NATS in its headers, MQTT in the user properties of
 * version 5. Headers that the message brings are kept; one with a `traceparent` of its own continues the trace that it names.
 * Where nothing is current, nothing is written.
 *
 * @example
 * // 'ORDERS' is what ClientsModule.register provides, TRACER is exported by `throughline`
 * {
 *   provide: OrdersClient,
 *   inject: ['ORDERS', TRACER],
 *   useFactory: (client: ClientKafka, tracer: Tracer) => traced(client, tracer, { system: 'kafka' }),
 * }
 */
export function traced<C extends SendingClient>(client: C, tracer: Tracer, to: TracedTo): C {
  const sends = tracedSends(client, tracer, to);
  return new Proxy(client, {
    get: (target, name): unknown => {
      const ours = sends.get(name);
      if (ours !== undefined) return ours;
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function' || name === 'constructor') return value;
      // Bound, so that the client calls itself and not this: its parts know nothing of a trace.
      const own: unknown = value.bind(target);
      return own;
    },
  });
}
