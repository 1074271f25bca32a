import { memoryStore } from 'throughline';
import { describeIdempotencyStore } from './describe-idempotency-store.js';

describeIdempotencyStore('memory', {
  open: () => {
    const store = memoryStore();
    return Promise.resolve({ store: () => store, close: () => Promise.resolve() });
  },
});
