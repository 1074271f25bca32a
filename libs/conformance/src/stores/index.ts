export type { OpenStores, Outage, StoreSubject } from './contract.js';
export { describeIdempotencyStore } from './describe-idempotency-store.js';
