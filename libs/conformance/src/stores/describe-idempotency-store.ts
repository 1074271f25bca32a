import { globalFramework, type TestFramework } from '../framework.js';
import { StoreFixture } from './store-fixture.js';
import type { StoreSubject } from './contract.js';
import type { StoreCase } from './store-case.js';
import { claimCases } from './cases/claims.js';
import { closingCases } from './cases/closing.js';
import { leaseCases } from './cases/leases.js';
import { entryCases } from './cases/entries.js';
import { outageCase } from './cases/outage.js';

const LIMIT = 60_000;

/**
 * Registers the tests that every idempotency store passes. They cover the contract of `IdempotencyStore`. No test measures time:
 * leases are short, and the suite polls the store until an entry has expired.
 *
 * @param subject `open`: stores that share their keys. `outages`: the ways in which they go away.
 * @param framework The functions of the test runner. Default: its globals.
 * @example
 * describeIdempotencyStore('PostgreSQL', {
 *   open: async () => {
 *     const database = await startDatabase();
 *     return { store: () => postgres({ url: database.url }), close: () => database.stop() };
 *   },
 * });
 */
export function describeIdempotencyStore(
  name: string,
  { open, outages = {} }: StoreSubject,
  framework: TestFramework = globalFramework(),
): void {
  const groups: readonly (readonly [string, readonly StoreCase[]])[] = [
    ['claims', claimCases],
    ['leases', leaseCases],
    ['entries', entryCases],
    ['outages', Object.entries(outages).map(([what, outage]) => outageCase(what, outage))],
    ['closing', closingCases],
  ];
  framework.describe(`the idempotency store ${name}`, () => {
    let fixture: StoreFixture | undefined;
    framework.beforeAll(async () => {
      fixture = new StoreFixture(await open());
    }, LIMIT);
    framework.afterAll(async () => fixture?.close(), LIMIT);

    for (const [title, cases] of groups) {
      if (cases.length === 0) continue;
      framework.describe(title, () => {
        for (const storeCase of cases) {
          framework.it(storeCase.title, () => storeCase.run(fixture ?? neverOpened()), LIMIT);
        }
      });
    }
  });
}

function neverOpened(): never {
  throw new Error('The stores were not opened.');
}
