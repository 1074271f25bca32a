import { setTimeout as pause } from 'node:timers/promises';
import { onceRow } from '../once-row.js';
import type { Row } from '../row.js';
import { jobs } from '../worker/job.js';

const SETTLING = 3_000;

/** The store of marks is killed and comes back, while messages come. */
const storeDown = (onUnavailable: 'process' | 'retry'): Row => {
  const fault = `idempotency store down, ${onUnavailable}`;
  return onceRow({
    fault,
    kinds: ['kafka', 'sqs', 'fifo'],
    inShort: onUnavailable === 'retry' ? ['kafka'] : ['sqs'],
    options: { visibility: 30, onUnavailable },
    play: async (trial, stage, redis) => {
      const { ledger } = trial;
      const count = stage.pick(200, 1_000, 2_000);
      await trial.hireMany(2);
      await trial.produce(jobs({ count, keys: 40, work: 100, name: 'before-' }));
      await trial.effects(count / 4);

      await redis.kill();
      await pause(SETTLING); // what was at work ends, and finds no store
      const atFirst = ledger.effects.size;
      await trial.produce(jobs({ count: 50, keys: 20, name: 'meanwhile-' }));
      await pause(stage.pick(5_000, 15_000, 30_000));
      const meanwhile = ledger.effects.size - atFirst;
      await redis.restart();
      ledger.recoverFrom();
      await trial.produce(jobs({ count, keys: 40, work: 20, name: 'after-' }));

      return trial.conclude(fault, {
        allowed: 0,
        notes: [`${meanwhile} effects while it was away`],
        failures: [
          onUnavailable === 'retry' && meanwhile > 0 && 'handlers went on without the store',
          onUnavailable === 'process' && meanwhile === 0 && 'handlers waited for the store',
        ],
        patience: 120_000,
      });
    },
  });
};

export const storeDownRetry = storeDown('retry');
export const storeDownProcess = storeDown('process');
