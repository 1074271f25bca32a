import type { IdempotencyStore } from 'throughline';
import type { Tell } from './reports.js';

/** A store that tells the harness which jobs it knows to be done, and changes nothing. */
export function observedStore(store: IdempotencyStore, tell: Tell): IdempotencyStore {
  return {
    name: store.name,
    claim: (mark, holder, lease) => store.claim(mark, holder, lease),
    renew: (mark, holder, lease) => store.renew(mark, holder, lease),
    complete: async (mark, ttl) => {
      await store.complete(mark, ttl);
      // A mark ends with the key, which is the job's id here.
      void tell({ kind: 'marked', id: mark.slice(mark.lastIndexOf(':') + 1) });
    },
    release: (mark, holder) => store.release(mark, holder),
    close: () => store.close(),
  };
}
