import { setTimeout as pause } from 'node:timers/promises';
import type { Meter } from './meter.js';
import type { Task } from './task.js';

/** The handler of every candidate. It does nothing, or waits as for a database. It does not wait during the warm-up. */
export function handlerOf({ handlerMs }: Task, meter: Meter): () => void | Promise<void> {
  if (handlerMs === 0)
    return () => {
      meter.count();
    };
  return async () => {
    if (meter.isWarm) {
      meter.begin();
      await pause(handlerMs);
    }
    meter.count();
  };
}
