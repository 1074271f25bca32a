import { handlerOf } from '../worker/handler.js';
import type { Candidate } from './candidate.js';
import { messageCount } from './payload.js';

/** The same handlers without a broker, up to the concurrency limit, one message of a key at a time. */
export const candidate: Candidate = async (task, meter) => {
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
