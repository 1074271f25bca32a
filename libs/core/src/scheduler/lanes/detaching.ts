import type { Task } from './task.js';

/**
 * Collects the tasks of the current turn of the event loop. If a task is still in progress at the end of the turn, its message is
 * detached: it copies the data that it shares with other messages.
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
