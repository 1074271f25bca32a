import { AsyncLocalStorage } from 'node:async_hooks';
import { Observable, type Observer } from 'rxjs';

/**
 * Tells a subscriber what comes in the context in which it subscribed. An answer comes from the client's consumer, and what was
 * sent in a quiet call comes from there: operators behind it would publish into no trace, or into another's.
 */
export const heardHere = <T>(subscribe: (observer: Observer<T>) => () => void): Observable<T> =>
  new Observable((subscriber) => {
    const here = AsyncLocalStorage.snapshot();
    return subscribe({
      next: (value) => {
        here(() => {
          subscriber.next(value);
        });
      },
      error: (error: unknown) => {
        here(() => {
          subscriber.error(error);
        });
      },
      complete: () => {
        here(() => {
          subscriber.complete();
        });
      },
    });
  });
