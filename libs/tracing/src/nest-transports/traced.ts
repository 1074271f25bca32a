import type { Tracer } from '../tracer.js';
import { tracedSends, type SendingClient } from './traced-sends.js';
import type { TracedTo } from './traced-to.js';

/**
 * Wraps a client of Nest's for a transport that is not Throughline's: `emit`, `send` and `emitBatch` each open a span and write its
 * context into the message. Everything else is the client's own. What you do with the unwrapped client is not traced.
 *
 * Kafka, RabbitMQ and NATS carry the context in headers, MQTT in the user properties of version 5. Headers of the message are kept;
 * a message with a `traceparent` of its own continues the trace that this names. If no span is current, nothing is written.
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
      // Bound, so that the client's methods call each other and not the traced ones.
      const own: unknown = value.bind(target);
      return own;
    },
  });
}
