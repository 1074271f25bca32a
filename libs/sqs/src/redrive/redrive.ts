import { reasonOf, ThroughlineError, withFullStop } from '#base';
import {
  type StoredDeadLetter,
  type RedrivePlan,
  type RedriveProgress,
} from 'throughline/transport';
import type { QueueAddress } from '../queues/queue-reference.js';
import { EndDetection } from './end-detection.js';
import type { Moves, Refusal } from './move/mover.js';
import type { DeadLetterQueue } from './queue/dead-letter-queue.js';
import { HiddenDeadLetters } from './queue/hidden-dead-letters.js';
import type { SqsDeadLetter } from './queue/sqs-dead-letter.js';
import { inTurn } from './turns.js';

export interface RedriveParts {
  readonly plan: RedrivePlan;
  readonly from: QueueAddress;
  readonly queue: DeadLetterQueue;
  readonly mover: Moves;
  /** Whether a dead letter comes from the handler's queue. Also true if its origin is unknown. */
  readonly isMine: (deadLetter: SqsDeadLetter) => boolean;
  /**
   * Returns the dead letter in the form that the plan sees. Throws if the dead letter cannot be read. The dead letter then stays in
   * its queue.
   */
  readonly viewOf: (deadLetter: SqsDeadLetter) => StoredDeadLetter;
}

/**
 * Moves dead letters, ten at a time. Each is sent before it is deleted. If the process is killed, no dead letter is lost, and at
 * most ten are duplicated. Dead letters that the plan does not select stay hidden until the end, so that each is inspected only
 * once.
 */
export class Redrive {
  readonly #parts: RedriveParts;
  readonly #hidden: HiddenDeadLetters;
  readonly #end: EndDetection;
  readonly #refusals: Refusal[] = [];
  /** The ids of dead letters that were sent and may not be deleted yet. */
  readonly #sent = new Set<string>();
  #moved = 0;
  #left = 0;
  /**
   * The time when the redrive began, by SQS' clock. Newer dead letters are ignored. Otherwise, a message that fails immediately
   * would be moved again and again.
   */
  #began = 0;

  constructor(parts: RedriveParts) {
    this.#parts = parts;
    this.#hidden = new HiddenDeadLetters(parts.queue);
    this.#end = new EndDetection(parts.queue.visibility);
  }

  /**
   * @throws ThroughlineError `TL_SQS_UNAVAILABLE`, `TL_SQS_REFUSED`, `TL_SQS_REDRIVE_INCOMPLETE`. Each message says how many dead
   *   letters were moved.
   */
  async run(): Promise<RedriveProgress> {
    const { signal } = this.#parts.plan;
    try {
      await this.#begin();
      while (!signal.aborted && !this.#end.isReached()) await this.#moveSome();
    } catch (error) {
      if (error instanceof ThroughlineError && error.code === 'TL_SQS_UNAVAILABLE')
        this.#hidden.abandon();
      if (!signal.aborted) throw this.#withProgress(error);
    } finally {
      await this.#hidden.release();
    }
    const [first] = this.#refusals;
    if (first !== undefined) throw this.#incomplete(first);
    return this.#progress();
  }

  async #begin(): Promise<void> {
    const { hidden, time } = await this.#parts.queue.status();
    this.#began = time;
    if (hidden > 0) this.#end.waitForHidden();
  }

  async #moveSome(): Promise<void> {
    const { plan, queue } = this.#parts;
    const received = await queue.receive();
    if (!received.isWhole) this.#end.waitForHidden();
    const added = this.#hidden.add(received);
    await this.#delete(added.filter(({ id }) => this.#sent.has(id)));
    const unseen = added.filter(({ id, sentAt }) => !this.#sent.has(id) && sentAt <= this.#began);
    this.#end.polled({ received: received.deadLetters.length, unseen: unseen.length });
    const wanted = unseen.filter((deadLetter) => this.#isWanted(deadLetter));
    this.#left += unseen.length - wanted.length;
    if (plan.isDry) this.#moved += wanted.length;
    else for await (const deadLetters of inTurn(wanted, plan.turn)) await this.#move(deadLetters);
    if (unseen.length > 0) plan.onProgress(this.#progress());
  }

  #isWanted(deadLetter: SqsDeadLetter): boolean {
    const { plan, isMine, viewOf } = this.#parts;
    if (!isMine(deadLetter)) return false;
    let view: StoredDeadLetter;
    try {
      view = viewOf(deadLetter);
    } catch (error) {
      this.#refusals.push({ deadLetter, reason: reasonOf(error) });
      return false;
    }
    return plan.wants(view);
  }

  async #move(deadLetters: readonly SqsDeadLetter[]): Promise<void> {
    // If this process was frozen, some dead letters may have become visible. These are not moved now, because SQS delivers them
    // again.
    const lost = deadLetters.filter((deadLetter) => !this.#hidden.has(deadLetter));
    for (const deadLetter of lost) this.#hidden.forget(deadLetter);
    const ours = deadLetters.filter((deadLetter) => !lost.includes(deadLetter));
    const refusals = await this.#parts.mover.send(ours);
    const refused = new Set(refusals.map(({ deadLetter }) => deadLetter.id));
    const sent = ours.filter(({ id }) => !refused.has(id));
    this.#refusals.push(...refusals);
    this.#left += refusals.length;
    this.#moved += sent.length;
    await this.#delete(sent);
  }

  /**
   * Deletes dead letters that were sent. A dead letter that SQS does not delete is redelivered under the same id. It is then
   * deleted and not sent again.
   */
  async #delete(deadLetters: readonly SqsDeadLetter[]): Promise<void> {
    if (deadLetters.length === 0) return;
    for (const { id } of deadLetters) this.#sent.add(id);
    const lost = new Set(await this.#parts.queue.delete(deadLetters.map(({ receipt }) => receipt)));
    if (lost.size > 0) this.#end.waitForHidden();
    for (const deadLetter of deadLetters) {
      this.#hidden.forget(deadLetter);
      if (!lost.has(deadLetter.receipt)) this.#sent.delete(deadLetter.id);
    }
  }

  #progress(): RedriveProgress {
    return { seen: this.#moved + this.#left, moved: this.#moved, left: this.#left };
  }

  #summary(): string {
    const { isDry } = this.#parts.plan;
    const { seen, moved } = this.#progress();
    return `The redrive has read ${seen} dead letters, of which ${moved} ${isDry ? 'would have been' : 'were'} moved.`;
  }

  #withProgress(error: unknown): unknown {
    if (!(error instanceof ThroughlineError)) return error;
    return new ThroughlineError(
      error.code,
      `The redrive stopped: ${withFullStop(error.message)} ${this.#summary()} No dead letter was lost. Run the redrive again.`,
      { cause: error },
    );
  }

  #incomplete({ deadLetter, reason }: Refusal): ThroughlineError {
    return new ThroughlineError(
      'TL_SQS_REDRIVE_INCOMPLETE',
      `${this.#refusals.length} dead letters were refused and remain in "${this.#parts.from.name}". The first one, ` +
        `${deadLetter.id}, was refused for this reason: ${reason}. ${this.#summary()}`,
    );
  }
}
