import type { Duration } from '#base';
import type { TransportOptions } from 'throughline/transport';
import type { KafkaDriver } from './driver.js';
import type { KafkaJsOptions } from './drivers/index.js';

/** Options of `kafka()`. */
export interface KafkaOptions
  extends TransportOptions, Partial<Pick<KafkaJsOptions, 'brokers' | 'ssl' | 'sasl'>> {
  /**
   * Another client than kafkajs, such as `memory()` for a Kafka in this process. `brokers`, `ssl` and `sasl` are then options of
   * the driver.
   */
  readonly driver?: KafkaDriver;
  /** The topic names at the broker, by the names in the code. Default: the same name. */
  readonly topics?: Readonly<Record<string, string>>;
  /** Creates missing topics. Use it in development. Without it, a missing topic fails the start. Default: false. */
  readonly createMissing?: boolean;
  /** The number of partitions of a created topic. Default: 3. */
  readonly partitions?: number;
  /** Where a group without a commit starts. Default: `earliest`, so that no message is skipped. */
  readonly from?: 'earliest' | 'latest';
  /** How long the broker waits for a member that does not respond before it assigns its partitions to others. Default: `30s`. */
  readonly sessionTimeout?: Duration;
}
