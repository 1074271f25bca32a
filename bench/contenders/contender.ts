import type { Meter } from '../worker/meter.js';
import type { Task } from '../worker/task.js';

/** A contender at work. */
export interface Running {
  /** Ends it in its own good order: what was handled is acknowledged. */
  stop(): Promise<void>;
}

/**
 * One way to do a task. It resolves once it is at work, and tells the meter of each message; whatever it does besides is what it
 * is measured for.
 */
export type Contender = (task: Task, meter: Meter) => Promise<Running>;
