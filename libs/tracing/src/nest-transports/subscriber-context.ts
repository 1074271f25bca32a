import { AsyncLocalStorage } from 'node:async_hooks';
import { Observable, type Observer } from 'rxjs';

/**
 * Creates an Observable that notifies a subscriber in the async context in which it subscribed. Without it, a response would
 * arrive in another context: that of the client's consumer, or one in which instrumentation is suppressed. Later operators would
 * then publish without a trace or in a wrong one.
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
