import type { StoredDeadLetter, Redelivery } from 'throughline/transport';
import type { KafkaRecord } from '../driver.js';
import type { Sender } from '../produce/sender.js';
import type { SelectedDeadLetter, DeadLetterPartition } from './dead-letter-partition.js';

const GIVE_UP_AFTER = 10_000;

/** The destination of redriven dead letters: a topic, or the broker from which the messages originally came. */
export interface WayBack {
  /** Returns the form of a dead letter that is shown to the plan. */
  deadLetterOf(partition: DeadLetterPartition, record: KafkaRecord): StoredDeadLetter;
  /** Writes the dead letters to their destination, and returns a result for each. */
  write(batch: readonly SelectedDeadLetter[]): Promise<readonly PromiseSettledResult<unknown>[]>;
}

/** Creates the destination for dead letters of Kafka: writes the records to a topic unchanged. */
export const intoTopic = (topic: string, sender: Sender): WayBack => ({
  deadLetterOf: (partition, record) => partition.deadLetterOf(record),
  write: (batch) =>
    Promise.allSettled(
      batch.map(({ record: { key, value, headers } }) =>
        sender.write({ topic, key, value, headers }, GIVE_UP_AFTER),
      ),
    ),
});

/**
 * Creates the destination for dead letters of another broker: restores the original messages, and lets that broker's transport
 * write them.
 */
export const toTheirBroker = (deliver: Redelivery['deliver']): WayBack => ({
  deadLetterOf: (partition, record) => partition.restoredDeadLetterOf(record),
  write: (batch) =>
    deliver(batch.map(({ partition, record }) => partition.restoredDeadLetterOf(record))),
});
