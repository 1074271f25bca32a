import type { Observable } from 'rxjs';
import type { Sending, Tracer } from '../tracer.js';
import { inSubscriberContext } from './subscriber-context.js';
import { endpointOf, injectorFor, type TracedTo } from './traced-to.js';

/** A method with which Nest's clients send messages. */
type Send = (pattern: unknown, data: unknown) => Observable<unknown>;

/**
 * A type for any Nest client. The type `ClientProxy` itself does not accept all of Nest's clients (`exactOptionalPropertyTypes`).
 */
export interface SendingClient {
  emit(pattern: unknown, data: unknown): Observable<unknown>;
  send(pattern: unknown, data: unknown): Observable<unknown>;
}

/** The members of a Nest client that only the Kafka client has. */
interface BatchClient {
  emitBatch(pattern: unknown, data: unknown): Observable<unknown>;
}

interface Batch {
  readonly messages: readonly unknown[];
}

const isBatchClient = (client: object): client is BatchClient =>
  'emitBatch' in client && typeof client.emitBatch === 'function';

const isBatch = (data: unknown): data is Batch =>
  typeof data === 'object' && data !== null && 'messages' in data && Array.isArray(data.messages);

/** Whether a pattern or a payload is missing. Nest rejects such a message and sends nothing. */
const isNil = (value: unknown): value is null | undefined => value === null || value === undefined;

/** Returns the client's sending methods by name, each with a span around it. */
export function tracedSends(
  client: SendingClient,
  tracer: Tracer,
  to: TracedTo,
): ReadonlyMap<PropertyKey, Send> {
  const inject = injectorFor(to);
  const withContext = (data: unknown, { traceparent, tracestate }: Sending): unknown =>
    traceparent === undefined ? data : inject(data, { traceparent, tracestate });

  /**
   * Sends messages immediately, and ends their spans when they are sent. A client sends these messages even if nobody subscribes,
   * so the spans do not depend on subscribers.
   */
  const hot = (sendings: readonly Sending[], call: () => Observable<unknown>) => {
    const sent = tracer.suppress(call);
    sent.subscribe({
      error: (error: unknown) => {
        for (const sending of sendings) sending.end(error);
      },
      complete: () => {
        for (const sending of sendings) sending.end();
      },
    });
    return inSubscriberContext<unknown>((observer) => {
      const listening = sent.subscribe(observer);
      return () => {
        listening.unsubscribe();
      };
    });
  };

  const emit: Send = (pattern, data) => {
    if (isNil(pattern) || isNil(data)) return client.emit(pattern, data);
    const sending = tracer.send(endpointOf(to, pattern));
    return hot([sending], () => client.emit(pattern, withContext(data, sending)));
  };

  /**
   * Sends a message with `client.send`, inside a span. The client sends the message again for each subscriber. The span lasts
   * until the response arrives, or until the subscriber unsubscribes.
   */
  const send: Send = (pattern, data) => {
    if (isNil(pattern) || isNil(data)) return client.send(pattern, data);
    return inSubscriberContext((observer) => {
      const sending = tracer.send(endpointOf(to, pattern));
      let failure: unknown;
      const asking = tracer.suppress(() =>
        client.send(pattern, withContext(data, sending)).subscribe({
          ...observer,
          error: (error: unknown) => {
            failure = error;
            observer.error(error);
          },
        }),
      );
      return () => {
        asking.unsubscribe();
        sending.end(failure);
      };
    });
  };

  const sends = new Map<PropertyKey, Send>([
    ['emit', emit],
    ['send', send],
  ]);
  if (isBatchClient(client)) {
    sends.set('emitBatch', (pattern, data) => {
      if (isNil(pattern) || !isBatch(data)) return client.emitBatch(pattern, data);
      const entries = data.messages.map((message) => {
        const sending = tracer.send(endpointOf(to, pattern));
        return { sending, message: withContext(message, sending) };
      });
      const messages = entries.map(({ message }) => message);
      const sendings = entries.map(({ sending }) => sending);
      return hot(sendings, () => client.emitBatch(pattern, { ...data, messages }));
    });
  }
  return sends;
}
