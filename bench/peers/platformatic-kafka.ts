import { Consumer } from '@platformatic/kafka';
import type { Candidate } from '../candidates/candidate.js';
import { handlerOf } from '../worker/handler.js';

/** Raw @platformatic/kafka, its stream of messages. */
export const candidate: Candidate = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const consumer = new Consumer({
    groupId: task.group,
    clientId: task.group,
    bootstrapBrokers: [task.kafka],
  });
  const stream = await consumer.consume({
    topics: [task.topic],
    autocommit: true,
    mode: 'earliest',
  });
  const reading = (async (): Promise<void> => {
    for await (const _ of stream) {
      const handled = handle();
      if (handled !== undefined) await handled;
    }
  })();
  return {
    stop: async () => {
      await stream.close();
      await reading;
      await consumer.close(true);
    },
  };
};
