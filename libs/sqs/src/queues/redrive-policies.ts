import { queueAttributes } from './queue-attributes.js';
import type { QueueAddress } from './queue-reference.js';

/** The part of a queue's redrive policy that Throughline needs. */
export interface RedrivePolicy {
  /** The number of receives after which SQS itself moves a message to the dead-letter queue. */
  readonly maxReceiveCount: number;
  /** The name of the dead-letter queue that the policy names. SQS allows only a queue in the same region and account. */
  readonly target: string | undefined;
}

const NONE: RedrivePolicy = { maxReceiveCount: Infinity, target: undefined };

/** Looks up the redrive policies of queues, with one request to SQS per queue. */
export class RedrivePolicies {
  readonly #suppress: <R>(clientCall: () => R) => R;
  readonly #known = new WeakMap<QueueAddress, Promise<RedrivePolicy>>();

  constructor(suppress: <R>(clientCall: () => R) => R) {
    this.#suppress = suppress;
  }

  /** @throws ThroughlineError `TL_SQS_UNAVAILABLE`, `TL_SQS_DENIED`, `TL_SQS_QUEUE_MISSING`, `TL_SQS_BLOCKED` */
  of(queue: QueueAddress): Promise<RedrivePolicy> {
    let known = this.#known.get(queue);
    if (known === undefined) {
      known = this.#ask(queue);
      this.#known.set(queue, known);
      known.catch(() => this.#known.delete(queue));
    }
    return known;
  }

  async #ask(queue: QueueAddress): Promise<RedrivePolicy> {
    const { RedrivePolicy } = await this.#suppress(() =>
      queueAttributes(queue, 'the redrive policy', ['RedrivePolicy']),
    );
    if (RedrivePolicy === undefined || RedrivePolicy === '') return NONE;
    const { maxReceiveCount, deadLetterTargetArn } = JSON.parse(RedrivePolicy) as {
      readonly maxReceiveCount?: number | string;
      readonly deadLetterTargetArn?: string;
    };
    return {
      maxReceiveCount: Number(maxReceiveCount ?? Infinity),
      target: deadLetterTargetArn?.split(':').at(-1),
    };
  }
}
