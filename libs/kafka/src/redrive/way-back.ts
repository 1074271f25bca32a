import type { Letter, Redelivery } from 'throughline/transport';
import type { KafkaRecord } from '../driver.js';
import type { Sender } from '../produce/sender.js';
import type { SelectedDeadLetter, DeadLetterPartition } from './dead-letter-partition.js';

const GIVE_UP_AFTER = 10_000;

/** Where dead letters are redriven to: a topic, or the broker whose messages they were. */
export interface WayBack {
  /** A dead letter as the plan is asked about it. */
  deadLetterOf(partition: DeadLetterPartition, record: KafkaRecord): Letter;
  /** Returns a result for each. */
  write(batch: readonly SelectedDeadLetter[]): Promise<readonly PromiseSettledResult<unknown>[]>;
}

/** Writes the records to a topic as they are. */
export const intoTopic = (topic: string, sender: Sender): WayBack => ({
  deadLetterOf: (partition, record) => partition.deadLetterOf(record),
  write: (batch) =>
    Promise.allSettled(
      batch.map(({ record: { key, value, headers } }) =>
        sender.write({ topic, key, value, headers }, GIVE_UP_AFTER),
      ),
    ),
});

/** Restores the messages of another broker, and lets its transport write them. */
export const toTheirBroker = (deliver: Redelivery['deliver']): WayBack => ({
  deadLetterOf: (partition, record) => partition.restoredDeadLetterOf(record),
  write: (batch) =>
    deliver(batch.map(({ partition, record }) => partition.restoredDeadLetterOf(record))),
});
