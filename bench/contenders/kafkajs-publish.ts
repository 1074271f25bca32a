import type { Producer } from 'kafkajs';
import type { Meter } from '../worker/meter.js';
import type { Task } from '../worker/task.js';
import type { Contender } from './contender.js';
import { kafkaJsClient } from './kafkajs-client.js';
import { messageCount, payloadOf } from './payload.js';

const record = (task: Task, number: number): { key: string; value: string } => ({
  key: `k${number % task.keys}`,
  value: JSON.stringify(payloadOf(number)),
});

async function eachAwaited(producer: Producer, task: Task, meter: Meter): Promise<void> {
  for (let number = 0; number < messageCount(task); number += 1) {
    await producer.send({ topic: task.topic, messages: [record(task, number)] });
    meter.count();
  }
}

async function oneCall(producer: Producer, task: Task, meter: Meter): Promise<void> {
  const count = messageCount(task);
  const messages = Array.from({ length: count }, (_, number) => record(task, number));
  await producer.send({ topic: task.topic, messages });
  for (let number = 0; number < count; number += 1) meter.count();
}

/** Raw kafkajs sends: one after another, or all of them in one call. */
export const contender: Contender = async (task, meter) => {
  const producer = kafkaJsClient(task).producer();
  await producer.connect();
  // The first send learns where the partitions are.
  await producer.send({ topic: task.topic, messages: [record(task, messageCount(task))] });
  meter.count();
  meter.begin();
  await (task.manner === 'one call' ? oneCall : eachAwaited)(producer, task, meter);
  return { stop: () => producer.disconnect() };
};
