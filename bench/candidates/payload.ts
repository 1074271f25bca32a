import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { Task } from '../worker/task.js';

/** A tiny message: 50 bytes as JSON, more or less. */
export interface Payload {
  readonly order_id: string;
  readonly item: string;
  readonly quantity: number;
}

export const payloadOf = (number: number): Payload => ({
  order_id: `order-${number}`,
  item: 'banana',
  quantity: 1,
});

/** A schema that accepts everything. The peers validate nothing, so validation is not compared. */
export const Anything: StandardSchemaV1<Payload, Payload> = {
  '~standard': {
    version: 1,
    vendor: 'bench',
    // The bench fills the topics and queues itself, with payloads.
    validate: (value) => ({ value: value as Payload }),
  },
};

/** @throws if the number of messages is not known, which candidates that publish need */
export function messageCount({ messages }: Task): number {
  if (messages === 'unknown') throw new Error('This candidate must know the number of messages.');
  return messages;
}
