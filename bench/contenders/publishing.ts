import type { AnyChannel, Publisher } from 'throughline';
import type { Meter } from '../worker/meter.js';
import type { Task } from '../worker/task.js';
import { messageCount, payloadOf } from './payload.js';

/** Publishes all messages of the task through our publisher, in the task's manner. */
export async function publishing(
  publisher: Publisher,
  channel: AnyChannel,
  task: Task,
  meter: Meter,
): Promise<void> {
  const count = messageCount(task);
  const payloads = Array.from({ length: count }, (_, number) => payloadOf(number));
  const publish = async (payload: unknown): Promise<void> => {
    await publisher.publish(channel, payload);
    meter.count();
  };
  // As the bare clients: the first opens connections, and learns where to send.
  await publish(payloadOf(count));
  meter.begin();
  if (task.manner === 'all at once') {
    await Promise.all(payloads.map(publish));
  } else if (task.manner === 'one call') {
    await publisher.publishAll(channel, payloads);
    for (const _ of payloads) meter.count();
  } else {
    for (const payload of payloads) await publish(payload);
  }
}
