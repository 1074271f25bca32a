import type { StoreFixture } from './store-fixture.js';

/** One test of the suite. */
export interface StoreCase {
  readonly title: string;
  readonly run: (fixture: StoreFixture) => Promise<void>;
}

export const storeCase = (title: string, run: StoreCase['run']): StoreCase => ({ title, run });
