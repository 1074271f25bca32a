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

/** A schema that lets everything through: peers validate nothing, so validation is not what is compared. */
export const Anything: StandardSchemaV1<Payload, Payload> = {
  '~standard': {
    version: 1,
    vendor: 'bench',
    // The bench fills the topics and queues itself, with payloads.
    validate: (value) => ({ value: value as Payload }),
  },
};

/** @throws where the number of messages is not known beforehand, for contenders that make them */
export function messageCount({ messages }: Task): number {
  if (messages === 'told')
    throw new Error('This contender has to know how many messages there are.');
  return messages;
}
