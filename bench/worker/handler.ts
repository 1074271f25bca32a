import { setTimeout as pause } from 'node:timers/promises';
import type { Meter } from './meter.js';
import type { Task } from './task.js';

/** What every contender's handler does: nothing, or wait as for a database. While the process warms up, nobody waits. */
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
