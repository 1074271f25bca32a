import type { Letter, Redelivery } from 'throughline/transport';
import type { KafkaRecord } from '../driver.js';
import type { Sender } from '../produce/sender.js';
import type { SelectedDeadLetter, DeadLetterPartition } from './dead-letter-partition.js';

const GIVE_UP_AFTER = 10_000;

/** How dead letters go back: into a topic, or to the broker whose messages they were. */
export interface WayBack {
  /** A letter as the plan is asked about it. */
  deadLetterOf(partition: DeadLetterPartition, record: KafkaRecord): Letter;
  /** There is an answer for each. */
  write(batch: readonly SelectedDeadLetter[]): Promise<readonly PromiseSettledResult<unknown>[]>;
}

/** Records as they are. */
export const intoTopic = (topic: string, sender: Sender): WayBack => ({
  deadLetterOf: (partition, record) => partition.deadLetterOf(record),
  write: (batch) =>
    Promise.allSettled(
      batch.map(({ record: { key, value, headers } }) =>
        sender.write({ topic, key, value, headers }, GIVE_UP_AFTER),
      ),
    ),
});

/** Restored, and handed over to be written there. */
export const toTheirBroker = (deliver: Redelivery['deliver']): WayBack => ({
  deadLetterOf: (partition, record) => partition.restoredDeadLetterOf(record),
  write: (batch) =>
    deliver(batch.map(({ partition, record }) => partition.restoredDeadLetterOf(record))),
});
