import type { Observable } from 'rxjs';
import type { Sending, Tracer } from '../tracer.js';
import { heardHere } from './subscriber-context.js';
import { endpointOf, injectorFor, type TracedTo } from './traced-to.js';

/** A call of Nest's that sends something. */
type Send = (pattern: unknown, data: unknown) => Observable<unknown>;

/** What is asked of a client: any `ClientProxy` of Nest's. Its own type would not take all of them (`exactOptionalPropertyTypes`). */
export interface SendingClient {
  emit(pattern: unknown, data: unknown): Observable<unknown>;
  send(pattern: unknown, data: unknown): Observable<unknown>;
}

/** What Nest's client for Kafka has beyond the others. */
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

/** Nest refuses it, and then nothing is sent. */
const isNil = (value: unknown): value is null | undefined => value === null || value === undefined;

/** The client's own calls with a span around each; by their names. */
export function tracedSends(
  client: SendingClient,
  tracer: Tracer,
  to: TracedTo,
): ReadonlyMap<PropertyKey, Send> {
  const inject = injectorFor(to);
  const withContext = (data: unknown, { traceparent, tracestate }: Sending): unknown =>
    traceparent === undefined ? data : inject(data, { traceparent, tracestate });

  /** It is sent whether or not anyone subscribes, and so the span ends by itself. */
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
    return heardHere<unknown>((observer) => {
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

  /** Sent anew for each who subscribes; the span lasts until the answer has come, or nobody waits for it any more. */
  const send: Send = (pattern, data) => {
    if (isNil(pattern) || isNil(data)) return client.send(pattern, data);
    return heardHere((observer) => {
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
