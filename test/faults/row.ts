import type { BrokerName, Target } from './harness/target.js';
import type { Environment } from './harness/brokers/environment.js';
import { RowFixture } from './harness/row-fixture.js';
import type { RowOptions } from './harness/row-options.js';
import type { RowResult } from './harness/ledger/result.js';

/** A fault, and the expectations that hold in spite of it. */
export interface Row {
  /** The name in the table, which `--only` selects. */
  readonly fault: string;
  readonly targets: readonly Target[];
  /** Which drivers the long form uses for the target `kafka`. Default: `both`, which adds the target `platformatic`. */
  readonly drivers?: 'both' | 'default';
  /** The targets of the short form, which has two and a half minutes for all rows. Default: all. */
  readonly inShort?: readonly Target[];
  /** The targets of the normal form. Default: all. */
  readonly inNormal?: readonly Target[];
  /** The brokers that it needs. Default: the broker of its target. */
  readonly uses?: (target: Target) => readonly BrokerName[];
  /** The brokers that no other row may use while it runs. Default: none. */
  readonly takes?: (target: Target) => readonly BrokerName[];
  readonly run: (environment: Environment, target: Target) => Promise<RowResult>;
}

export const ALL_TARGETS: readonly Target[] = ['kafka', 'sqs', 'fifo'];
/** Both drivers for Kafka. */
export const KAFKA_TARGETS: readonly Target[] = ['kafka', 'platformatic'];

/** Defines a row with one fixture, which is closed however the row ends. */
export function defineRow(
  row: Omit<Row, 'run'> & {
    readonly options?: (environment: Environment, target: Target) => RowOptions;
    readonly run: (fixture: RowFixture, environment: Environment) => Promise<RowResult>;
  },
): Row {
  const { options = () => ({}), run, ...rest } = row;
  return {
    ...rest,
    run: async (environment, target) => {
      const fixture = await RowFixture.open(environment, target, options(environment, target));
      try {
        return await run(fixture, environment);
      } finally {
        await fixture.close();
      }
    },
  };
}
