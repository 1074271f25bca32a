import type { Task } from './task.js';

/**
 * Collects the tasks in the current turn of the event loop. Tasks that are still running at the end of the turn are detached from
 * the data that they share.
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
