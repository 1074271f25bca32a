import { startRedis, type Broker } from '#brokers';
import type { Environment } from './harness/brokers/environment.js';
import { RowFixture } from './harness/row-fixture.js';
import type { RowOptions } from './harness/row-options.js';
import type { RowResult } from './harness/ledger/result.js';
import type { Row } from './row.js';

/** How a row's handlers use idempotency. */
interface IdempotentRowOptions extends Omit<RowOptions, 'worker'> {
  readonly onUnavailable: 'process' | 'retry';
}

/** How long the lease of a crashed run keeps other runs from its message. */
const LEASE = '5s';

/** Defines a row whose handlers are idempotent, with entries in a Redis of the row's own. */
export function idempotentRow(
  row: Pick<Row, 'fault' | 'targets' | 'inShort'> & {
    readonly options: IdempotentRowOptions;
    readonly run: (
      fixture: RowFixture,
      environment: Environment,
      redis: Broker,
    ) => Promise<RowResult>;
  },
): Row {
  const {
    options: { onUnavailable, ...options },
    run,
    ...rest
  } = row;
  return {
    ...rest,
    run: async (environment, target) => {
      const redis = await startRedis();
      const idempotent = { redis: redis.address, lease: LEASE, onUnavailable } as const;
      const fixture = await RowFixture.open(environment, target, {
        ...options,
        worker: { idempotent },
      });
      try {
        return await run(fixture, environment, redis);
      } finally {
        await fixture.close();
        await redis.kill();
      }
    },
  };
}
