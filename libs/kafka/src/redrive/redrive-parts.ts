import type { ConsumerOptions, KafkaDriver } from '../driver.js';
import type { WayBack } from './way-back.js';

/** What a redrive is made of. */
export interface RedriveParts {
  readonly driver: KafkaDriver;
  readonly suppress: <R>(clientCall: () => R) => R;
  /** As a member of the group that remembers what was moved. */
  readonly consumer: ConsumerOptions;
  /** The topic in which the dead letters lie. */
  readonly from: string;
  readonly wayBack: WayBack;
  /** Aborts where the application leaves Kafka. */
  readonly closing: AbortSignal;
}
