import { reasonOf, ThroughlineError } from '#base';
import { type Letter, type RedrivePlan, type RedriveProgress } from 'throughline/transport';
import type { QueueAddress } from '../queues/queue-reference.js';
import type { DeadLetterQueue } from './queue/dead-letter-queue.js';
import { Ending } from './end-detection.js';
import { HeldLetters } from './queue/hidden-dead-letters.js';
import type { SqsLetter } from './queue/sqs-dead-letter.js';
import type { Moves, Refusal } from './move/mover.js';
import { inTurn } from './turns.js';

/** What a redrive is made of. */
export interface RedriveParts {
  readonly plan: RedrivePlan;
  readonly from: QueueAddress;
  readonly queue: DeadLetterQueue;
  readonly mover: Moves;
  /** A letter as the plan is asked about it. Throws for one that cannot be read: it stays where it is. */
  readonly viewOf: (letter: SqsLetter) => Letter;
}

/**
 * Moves dead letters, ten at a time: each is sent first and deleted then, so a kill loses none, and doubles ten at most. What is
 * not wanted stays hidden until the end, so that each is looked at once.
 */
export class Redrive {
  readonly #parts: RedriveParts;
  readonly #held: HeldLetters;
  readonly #ending: Ending;
  readonly #refusals: Refusal[] = [];
  /** Sent, and perhaps not deleted: by their ids. */
  readonly #sent = new Set<string>();
  #moved = 0;
  #left = 0;
  /** By SQS' clock. What became a dead letter later is not looked at, or a message that fails at once would go round for ever. */
  #began = 0;

  constructor(parts: RedriveParts) {
    this.#parts = parts;
    this.#held = new HeldLetters(parts.queue);
    this.#ending = new Ending(parts.queue.visibility);
  }

  /** @throws ThroughlineError `TL_SQS_UNAVAILABLE`, `TL_SQS_REFUSED`, `TL_SQS_REDRIVE_INCOMPLETE`: each says what was moved */
  async run(): Promise<RedriveProgress> {
    const { signal } = this.#parts.plan;
    try {
      await this.#begin();
      while (!signal.aborted && !this.#ending.isReached()) await this.#moveSome();
    } catch (error) {
      if (error instanceof ThroughlineError && error.code === 'TL_SQS_UNAVAILABLE')
        this.#held.abandon();
      if (!signal.aborted) throw this.#withProgress(error);
    } finally {
      await this.#held.giveBack();
    }
    const [first] = this.#refusals;
    if (first !== undefined) throw this.#incomplete(first);
    return this.#progress();
  }

  async #begin(): Promise<void> {
    const { hidden, time } = await this.#parts.queue.standing();
    this.#began = time;
    if (hidden > 0) this.#ending.waitForHidden();
  }

  async #moveSome(): Promise<void> {
    const { plan, queue } = this.#parts;
    const received = await queue.receive();
    if (!received.isWhole) this.#ending.waitForHidden();
    const taken = this.#held.take(received);
    await this.#delete(taken.filter(({ id }) => this.#sent.has(id)));
    const unseen = taken.filter(({ id, sentAt }) => !this.#sent.has(id) && sentAt <= this.#began);
    this.#ending.saw({ received: received.letters.length, unseen: unseen.length });
    const wanted = unseen.filter((letter) => this.#isWanted(letter));
    this.#left += unseen.length - wanted.length;
    if (plan.isDry) this.#moved += wanted.length;
    else for await (const letters of inTurn(wanted, plan.turn)) await this.#move(letters);
    if (unseen.length > 0) plan.onProgress(this.#progress());
  }

  #isWanted(letter: SqsLetter): boolean {
    const { plan, viewOf } = this.#parts;
    let view: Letter;
    try {
      view = viewOf(letter);
    } catch (error) {
      this.#refusals.push({ letter, reason: reasonOf(error) });
      return false;
    }
    return plan.wants(view);
  }

  async #move(letters: readonly SqsLetter[]): Promise<void> {
    // A process that stood still for too long has lost them: they come again.
    const lost = letters.filter((letter) => !this.#held.has(letter));
    for (const letter of lost) this.#held.forget(letter);
    const ours = letters.filter((letter) => !lost.includes(letter));
    const refusals = await this.#parts.mover.send(ours);
    const refused = new Set(refusals.map(({ letter }) => letter.id));
    const sent = ours.filter(({ id }) => !refused.has(id));
    this.#refusals.push(...refusals);
    this.#left += refusals.length;
    this.#moved += sent.length;
    await this.#delete(sent);
  }

  /** What SQS does not delete comes again under the same id, and is not sent a second time. */
  async #delete(letters: readonly SqsLetter[]): Promise<void> {
    if (letters.length === 0) return;
    for (const { id } of letters) this.#sent.add(id);
    const lost = new Set(await this.#parts.queue.delete(letters.map(({ receipt }) => receipt)));
    if (lost.size > 0) this.#ending.waitForHidden();
    for (const letter of letters) {
      this.#held.forget(letter);
      if (!lost.has(letter.receipt)) this.#sent.delete(letter.id);
    }
  }

  #progress(): RedriveProgress {
    return { seen: this.#moved + this.#left, moved: this.#moved, left: this.#left };
  }

  #said(): string {
    const { isDry } = this.#parts.plan;
    const { seen, moved } = this.#progress();
    return `${moved} of ${seen} dead letters that were looked at ${isDry ? 'would have been' : 'were'} moved`;
  }

  #withProgress(error: unknown): unknown {
    if (!(error instanceof ThroughlineError)) return error;
    return new ThroughlineError(
      error.code,
      `${error.message} ${this.#said()}, none is lost: run the redrive again.`,
      { cause: error },
    );
  }

  #incomplete({ letter, reason }: Refusal): ThroughlineError {
    return new ThroughlineError(
      'TL_SQS_REDRIVE_INCOMPLETE',
      `${this.#refusals.length} dead letters of "${this.#parts.from.name}" are refused, and stay there: ${letter.id}: ` +
        `${reason}. ${this.#said()}.`,
    );
  }
}
