import type { AnyChannel } from 'throughline/transport';
import type { Publisher } from 'throughline';
import type { Meter } from '../../worker/meter.js';
import type { Task } from '../../worker/task.js';
import { messageCount, payloadOf, type Payload } from '../payload.js';

/** Publishes all messages of the task through our publisher, in the way that the task says. */
export async function publishing(
  publisher: Publisher,
  channel: AnyChannel,
  task: Task,
  meter: Meter,
): Promise<void> {
  const publish = async (payload: Payload): Promise<void> => {
    await publisher.publish(channel, payload);
    meter.count();
  };
  const publishAll = async (payloads: readonly Payload[]): Promise<void> => {
    if (task.manner === 'all at once') {
      await Promise.all(payloads.map(publish));
    } else if (task.manner === 'one call') {
      await publisher.publishAll(channel, payloads);
      for (const _ of payloads) meter.count();
    } else {
      for (const payload of payloads) await publish(payload);
    }
  };
  // As with the bare clients, the first publish opens connections and loads metadata.
  await publishAll(payloadsOf(task.warmUp));
  const payloads = payloadsOf(messageCount(task));
  meter.begin();
  await publishAll(payloads);
}

const payloadsOf = (length: number): readonly Payload[] =>
  Array.from({ length }, (_, number) => payloadOf(number));
