import { handlerOf } from '../worker/handler.js';
import type { Contender } from './contender.js';
import { messageCount } from './payload.js';

/** The same handlers with no broker at all: as many at once as there may be, one of a key at a time. */
export const contender: Contender = async (task, meter) => {
  const handle = handlerOf(task, meter);
  let left = task.warmUp + messageCount(task);
  const oneAfterAnother = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await handle();
    }
  };
  const atOnce = Math.min(task.concurrency, task.keys);
  await Promise.all(Array.from({ length: atOnce }, oneAfterAnother));
  return { stop: () => Promise.resolve() };
};
