import type { Duration } from '#base';
import type { TransportOptions } from 'throughline/transport';
import type { KafkaDriver } from './driver.js';
import type { KafkaJsOptions } from './drivers/index.js';

/** How an application takes part in Kafka. */
export interface KafkaOptions
  extends TransportOptions, Partial<Pick<KafkaJsOptions, 'brokers' | 'ssl' | 'sasl'>> {
  /** Another client than kafkajs, such as `memory()` for a Kafka in this process. Then `brokers`, `ssl` and `sasl` are its own. */
  readonly driver?: KafkaDriver;
  /** Topics by the names that the code uses. Default: the same name. */
  readonly topics?: Readonly<Record<string, string>>;
  /** Makes topics that are missing. For development; elsewhere a missing topic is a mistake to be told. Default: false. */
  readonly createMissing?: boolean;
  /** How many partitions a topic gets that is made. Default: 3. */
  readonly partitions?: number;
  /** Where a group begins that has never committed. Default: `earliest`, since nothing may be lost. */
  readonly from?: 'earliest' | 'latest';
  /** How long the broker waits for a silent member until it gives its partitions to others. Default: `30s`. */
  readonly sessionTimeout?: Duration;
}
