import type { Meter } from '../worker/meter.js';
import type { Task } from '../worker/task.js';

/** A running candidate. */
export interface Running {
  /** Stops it gracefully: what was handled is acknowledged. */
  stop(): Promise<void>;
}

/**
 * One way to do a task. It resolves once it has started, and counts each message with the meter. Everything else that it does is
 * measured.
 */
export type Candidate = (task: Task, meter: Meter) => Promise<Running>;
