import type { Task } from './task.js';

/** Has those who stay own what they have borrowed; whoever ends within this turn of the event loop does not stay. */
export class Keeping {
  #staying: Task[] = [];

  add(task: Task): void {
    if (task.arrival.keep === undefined) return;
    this.#staying.push(task);
    if (this.#staying.length === 1) setImmediate(() => this.#keep());
  }

  #keep(): void {
    const staying = this.#staying;
    this.#staying = [];
    for (const { isOver, arrival } of staying) if (!isOver) arrival.keep?.();
  }
}
