import { setTimeout as pause } from 'node:timers/promises';
import { idempotentRow } from '../../idempotent-row.js';
import type { Row } from '../../row.js';
import { jobs } from '../../worker/job.js';

const SETTLING = 3_000;

/** The idempotency store is killed and restarted while messages arrive. */
const storeDown = (onUnavailable: 'process' | 'retry'): Row => {
  const fault = `idempotency store down, ${onUnavailable}`;
  return idempotentRow({
    fault,
    targets: ['kafka', 'sqs', 'fifo'],
    inShort: onUnavailable === 'retry' ? ['kafka'] : ['sqs'],
    options: { visibility: 30, onUnavailable },
    run: async (fixture, environment, redis) => {
      const { ledger } = fixture;
      const count = environment.pick(200, 1_000, 2_000);
      await fixture.startWorkers(2);
      await fixture.produce(jobs({ count, keys: 40, work: 100, name: 'before-' }));
      await fixture.effects(count / 4);

      await redis.kill();
      await pause(SETTLING); // what was in progress ends and finds no store
      const atFirst = ledger.effects.size;
      await fixture.produce(jobs({ count: 50, keys: 20, name: 'meanwhile-' }));
      await pause(environment.pick(5_000, 15_000, 30_000));
      const meanwhile = ledger.effects.size - atFirst;
      await redis.restart();
      ledger.recoverFrom();
      await fixture.produce(jobs({ count, keys: 40, work: 20, name: 'after-' }));

      return fixture.finish(fault, {
        allowed: 0,
        remarks: [`${meanwhile} effects while it was down`],
        failures: [
          onUnavailable === 'retry' && meanwhile > 0 && 'handlers continued without the store',
          onUnavailable === 'process' && meanwhile === 0 && 'handlers waited for the store',
        ],
        timeout: 120_000,
      });
    },
  });
};

export const storeDownRetry = storeDown('retry');
export const storeDownProcess = storeDown('process');
