import type { MaybePromise } from '#base';
import { ACK, type Outcome } from 'throughline/transport';
import type { Delivery } from '../../delivery.js';
import type { Lane, Task } from '../../scheduler/lanes/task.js';
import type { Conclude, Ending } from './prepared.js';

/** A wrapper around a thrown value, which may be anything, including `undefined`. */
export interface Thrown {
  readonly error: unknown;
}

/** A message that is passed to the batch handler. */
export class Member {
  /** The error with which the batch handler marked the message as failed. */
  failure: Thrown | undefined;

  constructor(
    readonly task: Task,
    readonly delivery: Delivery,
    /** Reports the message's result to the steps that wait for it. Absent if no step waits. */
    readonly conclude: Conclude | undefined,
  ) {}

  get lane(): Lane {
    return this.task.lane;
  }

  /** Whether the message is retried. If so, the messages behind it in its lane wait. */
  get runsAgain(): boolean {
    return this.task.outcome?.kind === 'retry';
  }

  /** Whether the message is done without further work: it has not failed and is not retried, and no step waits for its result. */
  get isSimplyDone(): boolean {
    return this.failure === undefined && this.conclude === undefined && !this.runsAgain;
  }

  /** Returns the outcome of the message for the result of the batch handler. */
  concludeWith(ending: Ending): MaybePromise<Outcome> {
    return this.conclude === undefined ? ending() : this.conclude(ending);
  }

  /**
   * Returns how the message ends. `ofBatch` is what the batch handler threw. If the handler marked the message itself as failed,
   * that failure takes precedence.
   */
  endingAfter(ofBatch: Thrown | undefined): Ending {
    const thrown = this.failure ?? ofBatch;
    return () => {
      if (thrown !== undefined) throw thrown.error;
      return ACK;
    };
  }
}

/** Groups the messages in a batch by lane, in order. Messages in the same lane are adjacent. */
export function byLane(members: readonly Member[]): readonly (readonly Member[])[] {
  const lanes: Member[][] = [];
  for (const member of members) {
    const last = lanes.at(-1);
    if (last?.[0]?.lane === member.lane) last.push(member);
    else lanes.push([member]);
  }
  return lanes;
}
