import type { Producer } from 'kafkajs';
import type { Meter } from '../../worker/meter.js';
import type { Task } from '../../worker/task.js';
import type { Candidate } from '../candidate.js';
import { kafkaJsClient } from './kafkajs-client.js';
import { messageCount, payloadOf } from '../payload.js';

const record = (task: Task, number: number): { key: string; value: string } => ({
  key: `k${number % task.keys}`,
  value: JSON.stringify(payloadOf(number)),
});

async function eachAwaited(
  producer: Producer,
  task: Task,
  meter: Meter,
  count: number,
): Promise<void> {
  for (let number = 0; number < count; number += 1) {
    await producer.send({ topic: task.topic, messages: [record(task, number)] });
    meter.count();
  }
}

async function oneCall(producer: Producer, task: Task, meter: Meter, count: number): Promise<void> {
  const messages = Array.from({ length: count }, (_, number) => record(task, number));
  await producer.send({ topic: task.topic, messages });
  for (let number = 0; number < count; number += 1) meter.count();
}

/** Raw kafkajs sends: one after another, or all of them in one call. */
export const candidate: Candidate = async (task, meter) => {
  const producer = kafkaJsClient(task).producer();
  await producer.connect();
  const send = task.manner === 'one call' ? oneCall : eachAwaited;
  // The first send loads the metadata of the partitions.
  await send(producer, task, meter, task.warmUp);
  meter.begin();
  await send(producer, task, meter, messageCount(task));
  return { stop: () => producer.disconnect() };
};
