import { setTimeout as pause } from 'node:timers/promises';
import { defineRow, type Row } from '../../row.js';
import type { Target } from '../../harness/target.js';
import { longestGap } from '../../harness/ledger/longest-gap.js';
import type { RowFixture } from '../../harness/row-fixture.js';
import type { Environment } from '../../harness/brokers/environment.js';
import { jobs } from '../../worker/job.js';

const SESSION = 30_000;

/** A row that disturbs the network between workers and broker while messages arrive. */
const networkRow = (
  fault: string,
  inShort: readonly Target[],
  disturb: (fixture: RowFixture, environment: Environment) => Promise<void>,
): Row =>
  defineRow({
    fault,
    targets: ['kafka', 'sqs'],
    inShort,
    options: () => ({ network: 'proxied', visibility: 20, worker: { sessionTimeout: '30s' } }),
    run: async (fixture, environment) => {
      const count = environment.pick(200, 1_500, 5_000);
      const workers = await fixture.startWorkers(2);
      await fixture.produce(jobs({ count, keys: 40, work: 100, name: 'before-' }));
      await fixture.effects(count / 4);

      for (const { name } of workers) fixture.ledger.allowRerunsOf(name);
      await disturb(fixture, environment);
      for (const { name } of workers) fixture.ledger.allowRerunsOf(name);
      const healed = performance.now();
      await fixture.produce(jobs({ count, keys: 40, work: 20, name: 'after-' }));

      const result = await fixture.finish(fault, {
        timeout: 120_000,
        failures: [
          () =>
            longestGap(fixture.ledger, healed) > SESSION &&
            'there is no effect for longer than the session timeout',
        ],
      });
      return { ...result, recoveredMs: longestGap(fixture.ledger, healed) };
    },
  });

export const latency = networkRow(
  'latency of 100 ms each way',
  ['kafka'],
  async ({ network }, environment) => {
    network.delay('there', 100);
    network.delay('back', 100);
    await pause(environment.pick(4_000, 20_000, 60_000));
    network.heal();
  },
);

export const resets = networkRow(
  'connections reset every second',
  ['kafka'],
  async ({ network }, environment) => {
    for (let turn = 0; turn < environment.pick(4, 15, 60); turn += 1) {
      network.reset();
      await pause(1_000);
    }
  },
);

export const halfOpen = networkRow('half-open connections', ['kafka', 'sqs'], ({ network }) => {
  network.halfOpen();
  return Promise.resolve();
});

export const oneWay = networkRow(
  'answers get lost',
  ['kafka'],
  async ({ network }, environment) => {
    network.silence('back');
    await pause(environment.pick(2_000, 5_000, 15_000));
    network.heal();
  },
);
