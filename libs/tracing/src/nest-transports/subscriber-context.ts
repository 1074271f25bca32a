import { AsyncLocalStorage } from 'node:async_hooks';
import { Observable, type Observer } from 'rxjs';

/**
 * An Observable that notifies a subscriber in the async context in which it subscribed. An answer comes from the client's consumer,
 * and what was sent with instrumentation suppressed comes from that call: later operators would publish into no trace, or into
 * another one.
 */
export const inSubscriberContext = <T>(
  subscribe: (observer: Observer<T>) => () => void,
): Observable<T> =>
  new Observable((subscriber) => {
    const inContext = AsyncLocalStorage.snapshot();
    return subscribe({
      next: (value) => {
        inContext(() => {
          subscriber.next(value);
        });
      },
      error: (error: unknown) => {
        inContext(() => {
          subscriber.error(error);
        });
      },
      complete: () => {
        inContext(() => {
          subscriber.complete();
        });
      },
    });
  });
