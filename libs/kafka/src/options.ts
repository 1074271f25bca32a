import type { Duration } from '#base';
import type { TransportOptions } from 'throughline/transport';
import type { Compression, KafkaDriver } from './driver.js';
import type { KafkaJsOptions } from './drivers/index.js';

/** Options of `kafka()`. */
export interface KafkaOptions
  extends TransportOptions, Partial<Pick<KafkaJsOptions, 'brokers' | 'ssl' | 'sasl'>> {
  /**
   * The driver for a client other than kafkajs, such as `memory()` for an in-memory Kafka. `brokers`, `ssl` and `sasl` are then
   * options of that driver.
   */
  readonly driver?: KafkaDriver;
  /** Maps the topic names in the code to topic names in Kafka. By default, the names are the same. */
  readonly topics?: Readonly<Record<string, string>>;
  /** Creates missing topics. Use `createMissing` in development. Without it, a missing topic makes startup fail. Default: false. */
  readonly createMissing?: boolean;
  /** The number of partitions of a topic that Throughline creates. Default: 3. */
  readonly partitions?: number;
  /** Where a group starts reading if it has no commit. Default: `earliest`, so that no message is skipped. */
  readonly from?: 'earliest' | 'latest';
  /**
   * How long the broker waits for a member that does not respond before it assigns the member's partitions to others. Default:
   * `30s`.
   */
  readonly sessionTimeout?: Duration;
  /**
   * How messages to Kafka are compressed: `gzip`, `snappy`, `lz4` or `zstd`. docs/kafka-drivers.md says which package each needs.
   * If the package is missing, startup fails with `TL_KAFKA_CODEC_MISSING`. Default: `none`, except for dead letters and redriven
   * messages, which are compressed with `gzip`.
   */
  readonly compression?: Compression;
}
