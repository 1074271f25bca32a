import type { ConsumerOptions, KafkaDriver } from '../driver.js';
import type { Sender } from '../sender.js';

/** What a redrive is made of. */
export interface RedriveParts {
  readonly driver: KafkaDriver;
  readonly sender: Sender;
  readonly quiet: <R>(clientCall: () => R) => R;
  /** As a member of the group that remembers what was moved. */
  readonly consumer: ConsumerOptions;
  /** The topic in which the dead letters lie. */
  readonly from: string;
  /** The topic to which they go. */
  readonly to: string;
  /** Aborts where the application leaves Kafka. */
  readonly closing: AbortSignal;
}
