import { globalFramework, type TestFramework } from '../framework.js';
import { Bench } from './bench.js';
import type { StoreSubject } from './contract.js';
import type { StoreTrial } from './trial.js';
import { claimTrials } from './cases/claims.js';
import { closingTrials } from './cases/closing.js';
import { leaseTrials } from './cases/leases.js';
import { markTrials } from './cases/marks.js';
import { outageTrial } from './cases/outage.js';

const LIMIT = 60_000;

/**
 * The tests that every idempotency store passes, as `IdempotencyStore` says it. No test measures time: leases are short, and what
 * runs out is asked for until the store says so.
 *
 * @param subject `open`: stores that share their marks. `outages`: the ways in which they go away.
 * @param framework The test runner's words; default: its globals.
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
  const groups: readonly (readonly [string, readonly StoreTrial[]])[] = [
    ['claims', claimTrials],
    ['leases', leaseTrials],
    ['marks', markTrials],
    ['outages', Object.entries(outages).map(([what, outage]) => outageTrial(what, outage))],
    ['closing', closingTrials],
  ];
  framework.describe(`the idempotency store ${name}`, () => {
    let bench: Bench | undefined;
    framework.beforeAll(async () => {
      bench = new Bench(await open());
    }, LIMIT);
    framework.afterAll(async () => bench?.close(), LIMIT);

    for (const [title, trials] of groups) {
      if (trials.length === 0) continue;
      framework.describe(title, () => {
        for (const trial of trials) {
          framework.it(trial.title, () => trial.act(bench ?? neverOpened()), LIMIT);
        }
      });
    }
  });
}

function neverOpened(): never {
  throw new Error('The stores were not opened.');
}
