import { isUnavailable } from '#base';
import {
  deadLetterName,
  keyOf,
  siblingOf,
  type QueueAddress,
  type QueueReference,
} from './queue-reference.js';
import type { Queues } from './queues.js';
import type { RedrivePolicies } from './redrive-policies.js';

/** The queue in which another queue's dead letters are stored. */
export interface OwnDeadLetterQueue {
  readonly address: QueueAddress;
  readonly reference: QueueReference;
  /** Whether the redrive policy of the source queue names this dead-letter queue. If so, other queues may share it. */
  readonly isOfPolicy: boolean;
}

type Target = Omit<OwnDeadLetterQueue, 'address'>;

/**
 * Finds the dead-letter queues for handlers that name none (`deadLetter: true`): the target of the queue's redrive policy, or
 * otherwise `<queue>-dlq`, in the region and account of the queue. If the queue's attributes cannot be read, `<queue>-dlq` is used.
 * The result is cached, so a change of the policy takes effect at the next start.
 */
export class OwnDeadLetters {
  readonly #queues: Queues;
  readonly #policies: RedrivePolicies;
  readonly #targets = new Map<string, Target>();

  constructor(queues: Queues, policies: RedrivePolicies) {
    this.#queues = queues;
    this.#policies = policies;
  }

  /** Returns the name, URL or ARN of the dead-letter queue, as far as it is known without a request. */
  textOf(channel: string): string {
    const source = this.#queues.referenceOf(channel);
    const { reference } = this.#targets.get(keyOf(source)) ?? this.#byDefault(source);
    return reference.text;
  }

  /** Whether {@link OwnDeadLetters.textOf} returns this text for the queue, or returned it before the queue's policy was read. */
  isTextOf(channel: string, text: string): boolean {
    const byDefault = this.#byDefault(this.#queues.referenceOf(channel));
    return text === byDefault.reference.text || text === this.textOf(channel);
  }

  /** @throws ThroughlineError `TL_SQS_QUEUE_MISSING`, `TL_SQS_UNAVAILABLE`, `TL_SQS_DENIED`, `TL_SQS_CREDENTIALS` */
  async find(channel: string): Promise<OwnDeadLetterQueue> {
    const source = this.#queues.referenceOf(channel);
    const target = this.#targets.get(keyOf(source)) ?? (await this.#ask(source));
    const address = await this.#queues.findDeadLetters(target.reference, source.name);
    return { ...target, address };
  }

  /**
   * Finds out which queue is the default dead-letter queue. Does not create a missing source queue: that queue may be another
   * queue's dead-letter queue, which has to be created with a longer retention.
   */
  async #ask(source: QueueReference): Promise<Target> {
    const queue = await this.#queues.findExisting(source);
    const name = queue === undefined ? undefined : await this.#policyTarget(queue);
    const target =
      name === undefined
        ? this.#byDefault(source)
        : { reference: siblingOf(source, name), isOfPolicy: true };
    this.#targets.set(keyOf(source), target);
    return target;
  }

  async #policyTarget(queue: QueueAddress): Promise<string | undefined> {
    try {
      return (await this.#policies.of(queue)).target;
    } catch (error) {
      if (isUnavailable(error)) throw error;
      return undefined;
    }
  }

  /**
   * Returns the reference to the default dead-letter queue. `sqs({ queues })` may map the default name to another name, but not to
   * another region or account.
   */
  #byDefault(source: QueueReference): Target {
    const name = deadLetterName(source.name);
    const sibling = siblingOf(source, name);
    const mapped = this.#queues.configured(name);
    const isMapped =
      mapped !== undefined && (sibling.text === name || isSamePlace(mapped, sibling));
    return { reference: isMapped ? mapped : sibling, isOfPolicy: false };
  }
}

const isSamePlace = (one: QueueReference, other: QueueReference): boolean =>
  keyOf({ ...one, name: '' }) === keyOf({ ...other, name: '' });
