import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { isBlocked, ThroughlineError, OwnLog } from '#base';
import { type BlockedWatch } from 'throughline/transport';
import type { SqsArrival } from './arrival.js';
import { readAnswer } from './batch-answer.js';
import { HIDING, told } from './failures.js';

/** SQS' own limit: a message can be hidden for 12 hours after a receive, all prolongations included. */
export const LONGEST_HOLD = 12 * 60 * 60 * 1_000;
/** SQS counts them from the question, which may have been a poll of 20 s, and not from its answer (aws-sdk-net #794). */
const BEFORE_THE_ANSWER = 30_000;
const MAX_ENTRIES = 10;
/** In milliseconds: a queue may have a visibility timeout of 0. */
const SHORTEST_INTERVAL = 100;
const DOING = 'holding on to messages';

/** How many whole seconds a message can still be hidden. */
export const secondsLeft = ({ receivedAt }: SqsArrival): number =>
  Math.max(0, Math.floor((receivedAt + LONGEST_HOLD - BEFORE_THE_ANSWER - Date.now()) / 1_000));

/** What holding messages takes. */
export interface HoldsParts {
  readonly client: SQSClient;
  readonly url: string;
  /** Milliseconds until a message that nobody prolongs is everyone's again. */
  readonly visibility: number;
  /** Whether visibilities can be changed. */
  readonly watch: BlockedWatch;
  readonly quiet: <R>(clientCall: () => R) => R;
}

/**
 * The messages that are ours for the moment. Each is hidden from others until its deadline, which is put off in batches at a
 * third of the visibility; one whose deadline has passed, or that SQS says is no longer ours, is lost: its handler is told by
 * the delivery's signal, and it is never deleted.
 */
export class Holds {
  readonly #parts: HoldsParts;
  readonly #held = new Set<SqsArrival>();
  readonly #timer: NodeJS.Timeout;
  readonly #log = new OwnLog('Throughline');

  constructor(parts: HoldsParts) {
    this.#parts = parts;
    const every = Math.max(parts.visibility / 3, SHORTEST_INTERVAL);
    this.#timer = setInterval(() => void this.#prolong(), every);
  }

  take(arrivals: readonly SqsArrival[]): void {
    for (const arrival of arrivals) {
      arrival.heldUntil = arrival.receivedAt + this.#parts.visibility;
      this.#held.add(arrival);
    }
  }

  /** Whether the message is ours still: by our own clock, since SQS' answers prove nothing. */
  has(arrival: SqsArrival): boolean {
    if (!this.#held.has(arrival)) return false;
    if (arrival.heldUntil > Date.now()) return true;
    this.#lose(arrival, 'its visibility timeout ran out');
    return false;
  }

  release(arrival: SqsArrival): void {
    this.#held.delete(arrival);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #prolong(): Promise<void> {
    const { visibility } = this.#parts;
    const soon = Date.now() + (visibility * 2) / 3;
    const due = [...this.#held].filter(
      (arrival) => arrival.heldUntil <= soon && this.has(arrival) && canBePutOff(arrival),
    );
    for (let at = 0; at < due.length; at += MAX_ENTRIES) {
      await this.#prolongBatch(due.slice(at, at + MAX_ENTRIES));
    }
    this.#watchDeadlines();
  }

  /** What was not put off is lost at its deadline, and not at the next look. */
  #watchDeadlines(): void {
    const now = Date.now();
    for (const arrival of this.#held) {
      if (arrival.heldUntil <= now + this.#parts.visibility / 3) {
        setTimeout(() => this.has(arrival), arrival.heldUntil - now + 1).unref();
      }
    }
  }

  async #prolongBatch(arrivals: readonly SqsArrival[]): Promise<void> {
    const { client, url, quiet, visibility } = this.#parts;
    const now = Date.now();
    const Entries = arrivals.map((arrival, index) => ({
      Id: String(index),
      ReceiptHandle: arrival.receiptHandle,
      VisibilityTimeout: Math.min(Math.ceil(visibility / 1_000), secondsLeft(arrival)),
    }));
    const until = new Map(
      Entries.map(({ VisibilityTimeout }, index) => [
        arrivals[index],
        now + VisibilityTimeout * 1_000,
      ]),
    );
    try {
      const answer = await quiet(() =>
        client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries })),
      );
      const { done, notOurs, failed } = readAnswer(arrivals, answer, DOING, HIDING);
      for (const arrival of done) this.#putOff(arrival, until.get(arrival));
      for (const { item, error } of notOurs) this.#lose(item, error.message);
      this.#judge(
        failed.map(({ error }) => error),
        done.length > 0,
      );
    } catch (failure) {
      const error = told(DOING, failure, HIDING);
      if (error.errorClass !== 'notOurs') this.#judge([error], false);
      else await this.#prolongApart(arrivals, error);
    }
  }

  /** A request that is refused as a whole says that one of its receipts is no longer ours, and not which. */
  async #prolongApart(arrivals: readonly SqsArrival[], error: ThroughlineError): Promise<void> {
    const [first, ...others] = arrivals;
    if (first !== undefined && others.length === 0) this.#lose(first, error.message);
    if (others.length > 0) for (const arrival of arrivals) await this.#prolongBatch([arrival]);
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

  #putOff(arrival: SqsArrival, deadline: number | undefined): void {
    if (deadline !== undefined && this.#held.has(arrival)) arrival.heldUntil = deadline;
  }

  #lose(arrival: SqsArrival, why: string): void {
    if (!this.#held.delete(arrival)) return;
    const error = new ThroughlineError(
      'TL_SQS_VISIBILITY_LOST',
      `Message ${arrival.id} of "${arrival.shard.channel}" is no longer ours: ${why}.`,
      { errorClass: 'notOurs' },
    );
    this.#log.warn(error.message);
    arrival.lose(error);
  }
}

/** At the end of the 12 hours there is nothing to gain, and a second or less of it would hand the message to somebody else. */
const canBePutOff = (arrival: SqsArrival): boolean =>
  Date.now() + secondsLeft(arrival) * 1_000 > arrival.heldUntil;
