import { setTimeout as pause } from 'node:timers/promises';
import { trialRow, type Row } from '../row.js';
import type { Kind } from '../harness/kind.js';
import { longestSilence } from '../harness/silence.js';
import type { Trial } from '../harness/trial.js';
import type { Stage } from '../harness/stage.js';
import { jobs } from '../worker/job.js';

const SESSION = 30_000;

/** A row in which the network between workers and broker does something, while messages come. */
const networkRow = (
  fault: string,
  inShort: readonly Kind[],
  disturb: (trial: Trial, stage: Stage) => Promise<void>,
): Row =>
  trialRow({
    fault,
    kinds: ['kafka', 'sqs'],
    inShort,
    options: () => ({ network: 'proxied', visibility: 20, worker: { sessionTimeout: '30s' } }),
    play: async (trial, stage) => {
      const count = stage.pick(200, 1_500, 5_000);
      const workers = await trial.hireMany(2);
      await trial.produce(jobs({ count, keys: 40, work: 100, name: 'before-' }));
      await trial.effects(count / 4);

      for (const { name } of workers) trial.ledger.allowRerunsOf(name);
      await disturb(trial, stage);
      for (const { name } of workers) trial.ledger.allowRerunsOf(name);
      const healed = performance.now();
      await trial.produce(jobs({ count, keys: 40, work: 20, name: 'after-' }));

      const result = await trial.conclude(fault, {
        patience: 120_000,
        failures: [
          () =>
            longestSilence(trial.ledger, healed) > SESSION &&
            'it stands still for longer than the session timeout',
        ],
      });
      return { ...result, recoveredMs: longestSilence(trial.ledger, healed) };
    },
  });

export const latency = networkRow(
  'latency of 100 ms each way',
  ['kafka'],
  async ({ network }, stage) => {
    network.delay('there', 100);
    network.delay('back', 100);
    await pause(stage.pick(4_000, 20_000, 60_000));
    network.heal();
  },
);

export const resets = networkRow(
  'connections reset every second',
  ['kafka'],
  async ({ network }, stage) => {
    for (let turn = 0; turn < stage.pick(4, 15, 60); turn += 1) {
      network.reset();
      await pause(1_000);
    }
  },
);

export const halfOpen = networkRow('half-open connections', ['kafka', 'sqs'], ({ network }) => {
  network.halfOpen();
  return Promise.resolve();
});

export const oneWay = networkRow('answers get lost', ['kafka'], async ({ network }, stage) => {
  network.silence('back');
  await pause(stage.pick(2_000, 5_000, 15_000));
  network.heal();
});
