import type { MaybePromise } from '#base';
import { ACK, type Outcome } from 'throughline/transport';
import type { Delivery } from '../../delivery.js';
import type { Lane, Task } from '../../scheduler/lanes/task.js';
import type { Conclude, Ending } from './prepared.js';

/** What was thrown, in a box: it may be anything, `undefined` too. */
export interface Thrown {
  readonly error: unknown;
}

/** A message of a batch that its handler may see. */
export class Member {
  /** What it was marked as failed with. */
  failure: Thrown | undefined;

  constructor(
    readonly task: Task,
    readonly delivery: Delivery,
    /** Where something waits for how it ends. */
    readonly conclude: Conclude | undefined,
  ) {}

  get lane(): Lane {
    return this.task.lane;
  }

  /** Whether it runs again, and what stands behind it in its lane waits for it. */
  get runsAgain(): boolean {
    return this.task.outcome?.kind === 'retry';
  }

  /** Whether it is done if its handler returns, or is done already: no step has to be asked, and none waits for it. */
  get isSimplyDone(): boolean {
    return this.failure === undefined && this.conclude === undefined && !this.runsAgain;
  }

  /** What it comes to, by what the handler made of it. */
  concludeWith(ending: Ending): MaybePromise<Outcome> {
    return this.conclude === undefined ? ending() : this.conclude(ending);
  }

  /** Its own failure counts, and then the one of its batch. */
  endingAfter(ofBatch: Thrown | undefined): Ending {
    const thrown = this.failure ?? ofBatch;
    return () => {
      if (thrown !== undefined) throw thrown.error;
      return ACK;
    };
  }
}

/** The members of each lane, in order: those of one lane stand side by side. */
export function byLane(members: readonly Member[]): readonly (readonly Member[])[] {
  const lanes: Member[][] = [];
  for (const member of members) {
    const last = lanes.at(-1);
    if (last?.[0]?.lane === member.lane) last.push(member);
    else lanes.push([member]);
  }
  return lanes;
}
