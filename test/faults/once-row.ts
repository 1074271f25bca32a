import { startRedis, type Broker } from '#brokers';
import type { Stage } from './harness/stage.js';
import { Trial } from './harness/trial.js';
import type { TrialOptions } from './harness/trial-options.js';
import type { RowResult } from './harness/verdict.js';
import type { Row } from './row.js';

/** How a row's handlers do each job once. */
interface OnceOptions extends Omit<TrialOptions, 'worker'> {
  readonly onUnavailable: 'process' | 'retry';
}

/** A crashed run keeps others from its message for so long. */
const LEASE = '5s';

/** A row whose handlers do each job once, by marks in a Redis of the row's own. */
export function onceRow(
  row: Pick<Row, 'fault' | 'kinds' | 'inShort'> & {
    readonly options: OnceOptions;
    readonly play: (trial: Trial, stage: Stage, redis: Broker) => Promise<RowResult>;
  },
): Row {
  const {
    options: { onUnavailable, ...options },
    play,
    ...rest
  } = row;
  return {
    ...rest,
    run: async (stage, kind) => {
      const redis = await startRedis();
      const idempotent = { redis: redis.address, lease: LEASE, onUnavailable } as const;
      const trial = await Trial.open(stage, kind, { ...options, worker: { idempotent } });
      try {
        return await play(trial, stage, redis);
      } finally {
        await trial.close();
        await redis.kill();
      }
    },
  };
}
