import type { MaybePromise } from '#base';
import { ACK, type Outcome } from 'throughline/transport';
import type { Delivery } from '../../delivery.js';
import type { Lane, Task } from '../../scheduler/lanes/task.js';
import type { Conclude, Ending } from './prepared.js';

/** A wrapper around a thrown value, which may be anything, including `undefined`. */
export interface Thrown {
  readonly error: unknown;
}

/** A message of a batch that reaches the handler. */
export class Member {
  /** The error that the handler marked the message with. */
  failure: Thrown | undefined;

  constructor(
    readonly task: Task,
    readonly delivery: Delivery,
    /** Set if a step waits for the message's result. */
    readonly conclude: Conclude | undefined,
  ) {}

  get lane(): Lane {
    return this.task.lane;
  }

  /** Whether the message is retried, so that the messages behind it in its lane wait. */
  get runsAgain(): boolean {
    return this.task.outcome?.kind === 'retry';
  }

  /** Whether the message is done when its handler returns, or is already done, and no step waits for its result. */
  get isSimplyDone(): boolean {
    return this.failure === undefined && this.conclude === undefined && !this.runsAgain;
  }

  /** Returns the message's outcome from the result of the handler. */
  concludeWith(ending: Ending): MaybePromise<Outcome> {
    return this.conclude === undefined ? ending() : this.conclude(ending);
  }

  /** The message's own failure takes precedence over that of the batch. */
  endingAfter(ofBatch: Thrown | undefined): Ending {
    const thrown = this.failure ?? ofBatch;
    return () => {
      if (thrown !== undefined) throw thrown.error;
      return ACK;
    };
  }
}

/** Groups members by lane, in order. Members of one lane are adjacent. */
export function byLane(members: readonly Member[]): readonly (readonly Member[])[] {
  const lanes: Member[][] = [];
  for (const member of members) {
    const last = lanes.at(-1);
    if (last?.[0]?.lane === member.lane) last.push(member);
    else lanes.push([member]);
  }
  return lanes;
}
