import type { Task } from './task.js';

/** Has those who stay own what they have borrowed; whoever ends within this turn of the event loop does not stay. */
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
