import { Scheduler } from './scheduler.js';
import type { SchedulerOptions } from './scheduler-options.js';
import type { Task } from './task.js';

export const ordinary: SchedulerOptions = {
  concurrency: 2,
  perPartition: 100,
  resumeBelow: 50,
  perLane: 100,
  bytes: 1_000_000,
};

/** A scheduler whose work a test does by hand. `started` lists the messages that have started. `end` ends one of them. */
export function schedulerByHand(options: Partial<SchedulerOptions> = {}): {
  lanes: Scheduler;
  started: string[];
  /** The started messages, grouped by slot. */
  slots: string[][];
  end: (id: string) => void;
  fail: (id: string, after: number) => void;
} {
  const started: string[] = [];
  const slots: string[][] = [];
  const running = new Map<string, Task>();
  const lanes = new Scheduler({ ...ordinary, ...options }, (tasks) => {
    slots.push(tasks.map(({ inbound }) => inbound.id));
    for (const task of tasks) {
      started.push(task.inbound.id);
      running.set(task.inbound.id, task);
    }
  });
  const taken = (id: string): Task => {
    const task = running.get(id);
    if (task === undefined) throw new Error(`${id} is not in progress`);
    running.delete(id);
    return task;
  };
  return {
    lanes,
    started,
    slots,
    end: (id) => {
      const task = taken(id);
      lanes.done(task);
      lanes.reopen(task.lane);
      lanes.release();
    },
    fail: (id, after) => {
      lanes.reopen(taken(id).lane, after);
      lanes.release();
    },
  };
}
