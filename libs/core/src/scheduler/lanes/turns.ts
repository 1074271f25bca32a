import type { InboundMessage } from 'throughline/transport';
import { PendingList } from '#base';
import type { Lane, PartitionLanes } from './task.js';

/** The lanes whose first message may run. Partitions take turns, so a busy partition does not starve the others. */
export class Turns<A extends InboundMessage = InboundMessage> {
  readonly #partitions = new PendingList<PartitionLanes<A>>();
  #messages = 0;

  /** The number of messages that could run now if a slot were free. */
  get messages(): number {
    return this.#messages;
  }

  add(lane: Lane<A>): void {
    lane.isReady = true;
    this.#messages += lane.tasks.size;
    const { ready } = lane.partition;
    ready.push(lane);
    if (ready.size === 1) this.#partitions.push(lane.partition);
  }

  /** Called when a lane whose first message may run has received another message. */
  grew(): void {
    this.#messages += 1;
  }

  /** Removes and returns the lane whose turn is next. */
  next(): Lane<A> | undefined {
    for (
      let partition = this.#partitions.shift();
      partition !== undefined;
      partition = this.#partitions.shift()
    ) {
      const lane = partition.ready.shift();
      if (partition.ready.size > 0) this.#partitions.push(partition);
      if (lane?.isReady !== true) continue;
      this.leave(lane);
      return lane;
    }
    return undefined;
  }

  leave(lane: Lane<A>): void {
    if (lane.isReady) this.#messages -= lane.tasks.size;
    lane.isReady = false;
  }
}
