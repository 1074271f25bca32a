import type { IdempotencyStore } from 'throughline';
import type { SendReport } from './reports.js';

/** Wraps a store, and reports the completed jobs to the harness. */
export function observedStore(store: IdempotencyStore, sendReport: SendReport): IdempotencyStore {
  return {
    name: store.name,
    claim: (key, holder, lease) => store.claim(key, holder, lease),
    renew: (key, holder, lease) => store.renew(key, holder, lease),
    complete: async (key, ttl) => {
      await store.complete(key, ttl);
      // The store's key ends with the handler's idempotency key, which is the job's id here.
      void sendReport({ kind: 'completed', id: key.slice(key.lastIndexOf(':') + 1) });
    },
    release: (key, holder) => store.release(key, holder),
    close: () => store.close(),
  };
}
