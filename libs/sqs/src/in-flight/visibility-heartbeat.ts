import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { isBlocked, ThroughlineError, OwnLog } from '#base';
import { type BlockedWatch } from 'throughline/transport';
import type { SqsInbound } from '../messages/inbound-message.js';
import { readAnswer } from '../client/batch-answer.js';
import { HIDING, told } from '../client/failures.js';

/** SQS' own limit: a message can be hidden for 12 hours after a receive, all prolongations included. */
export const LONGEST_HOLD = 12 * 60 * 60 * 1_000;
/** SQS counts them from the question, which may have been a poll of 20 s, and not from its answer (aws-sdk-net #794). */
const BEFORE_THE_ANSWER = 30_000;
const MAX_ENTRIES = 10;
/** In milliseconds: a queue may have a visibility timeout of 0. */
const SHORTEST_INTERVAL = 100;
const DOING = 'holding on to messages';

/** How many whole seconds a message can still be hidden. */
export const secondsLeft = ({ receivedAt }: SqsInbound): number =>
  Math.max(0, Math.floor((receivedAt + LONGEST_HOLD - BEFORE_THE_ANSWER - Date.now()) / 1_000));

/** What holding messages takes. */
export interface HoldsParts {
  readonly client: SQSClient;
  readonly url: string;
  /** Milliseconds until a message that nobody prolongs is everyone's again. */
  readonly visibility: number;
  /** Whether visibilities can be changed. */
  readonly watch: BlockedWatch;
  readonly suppress: <R>(clientCall: () => R) => R;
}

/**
 * The messages that are ours for the moment. Each is hidden from others until its deadline, which is put off in batches at a
 * third of the visibility; one whose deadline has passed, or that SQS says is no longer ours, is lost: its handler is told by
 * the delivery's signal, and it is never deleted.
 */
export class Holds {
  readonly #parts: HoldsParts;
  readonly #held = new Set<SqsInbound>();
  readonly #timer: NodeJS.Timeout;
  readonly #log = new OwnLog('Throughline');

  constructor(parts: HoldsParts) {
    this.#parts = parts;
    const every = Math.max(parts.visibility / 3, SHORTEST_INTERVAL);
    this.#timer = setInterval(() => void this.#prolong(), every);
  }

  take(inbounds: readonly SqsInbound[]): void {
    for (const inbound of inbounds) {
      inbound.heldUntil = inbound.receivedAt + this.#parts.visibility;
      this.#held.add(inbound);
    }
  }

  /** Whether the message is ours still: by our own clock, since SQS' answers prove nothing. */
  has(inbound: SqsInbound): boolean {
    if (!this.#held.has(inbound)) return false;
    if (inbound.heldUntil > Date.now()) return true;
    this.#lose(inbound, 'its visibility timeout ran out');
    return false;
  }

  release(inbound: SqsInbound): void {
    this.#held.delete(inbound);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #prolong(): Promise<void> {
    const { visibility } = this.#parts;
    const soon = Date.now() + (visibility * 2) / 3;
    const due = [...this.#held].filter(
      (inbound) => inbound.heldUntil <= soon && this.has(inbound) && canBePutOff(inbound),
    );
    for (let at = 0; at < due.length; at += MAX_ENTRIES) {
      await this.#prolongBatch(due.slice(at, at + MAX_ENTRIES));
    }
    this.#watchDeadlines();
  }

  /** What was not put off is lost at its deadline, and not at the next look. */
  #watchDeadlines(): void {
    const now = Date.now();
    for (const inbound of this.#held) {
      if (inbound.heldUntil <= now + this.#parts.visibility / 3) {
        setTimeout(() => this.has(inbound), inbound.heldUntil - now + 1).unref();
      }
    }
  }

  async #prolongBatch(inbounds: readonly SqsInbound[]): Promise<void> {
    const { client, url, suppress, visibility } = this.#parts;
    const now = Date.now();
    const Entries = inbounds.map((inbound, index) => ({
      Id: String(index),
      ReceiptHandle: inbound.receiptHandle,
      VisibilityTimeout: Math.min(Math.ceil(visibility / 1_000), secondsLeft(inbound)),
    }));
    const until = new Map(
      Entries.map(({ VisibilityTimeout }, index) => [
        inbounds[index],
        now + VisibilityTimeout * 1_000,
      ]),
    );
    try {
      const answer = await suppress(() =>
        client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries })),
      );
      const { done, notOurs, failed } = readAnswer(inbounds, answer, DOING, HIDING);
      for (const inbound of done) this.#putOff(inbound, until.get(inbound));
      for (const { item, error } of notOurs) this.#lose(item, error.message);
      this.#judge(
        failed.map(({ error }) => error),
        done.length > 0,
      );
    } catch (failure) {
      const error = told(DOING, failure, HIDING);
      if (error.errorClass !== 'notOurs') this.#judge([error], false);
      else await this.#prolongApart(inbounds, error);
    }
  }

  /** A request that is refused as a whole says that one of its receipts is no longer ours, and not which. */
  async #prolongApart(inbounds: readonly SqsInbound[], error: ThroughlineError): Promise<void> {
    const [first, ...others] = inbounds;
    if (first !== undefined && others.length === 0) this.#lose(first, error.message);
    if (others.length > 0) for (const inbound of inbounds) await this.#prolongBatch([inbound]);
  }

  #judge(errors: readonly ThroughlineError[], hasWorked: boolean): void {
    const { watch } = this.#parts;
    const [first] = errors;
    const blocked = errors.find(isBlocked);
    if (blocked !== undefined) watch.blocked(blocked.message);
    else if (hasWorked) watch.freed();
    if (first !== undefined)
      this.#log.warn(`Messages could not be held on to, trying again: ${first.message}`);
  }

  #putOff(inbound: SqsInbound, deadline: number | undefined): void {
    if (deadline !== undefined && this.#held.has(inbound)) inbound.heldUntil = deadline;
  }

  #lose(inbound: SqsInbound, why: string): void {
    if (!this.#held.delete(inbound)) return;
    const error = new ThroughlineError(
      'TL_SQS_VISIBILITY_LOST',
      `Message ${inbound.id} of "${inbound.origin.channel}" is no longer ours: ${why}.`,
      { errorClass: 'notOurs' },
    );
    this.#log.warn(error.message);
    inbound.lose(error);
  }
}

/** At the end of the 12 hours there is nothing to gain, and a second or less of it would hand the message to somebody else. */
const canBePutOff = (inbound: SqsInbound): boolean =>
  Date.now() + secondsLeft(inbound) * 1_000 > inbound.heldUntil;
