import { AsyncLocalStorage } from 'node:async_hooks';
import { Observable, type Observer } from 'rxjs';

/**
 * An Observable that notifies a subscriber in the async context in which it subscribed. Otherwise, a response would arrive in the
 * context of the client's consumer or of a call with suppressed instrumentation, and later operators would publish without a trace
 * or in a wrong one.
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
