import type { Task } from './task.js';

/**
 * Collects tasks of this turn of the event loop. Tasks that are still running at its end are detached from the data that they
 * share.
 */
export class Detaching {
  #staying: Task[] = [];

  add(task: Task): void {
    if (task.inbound.detach === undefined) return;
    this.#staying.push(task);
    if (this.#staying.length === 1) setImmediate(() => this.#detach());
  }

  #detach(): void {
    const staying = this.#staying;
    this.#staying = [];
    for (const { isOver, inbound } of staying) if (!isOver) inbound.detach?.();
  }
}
