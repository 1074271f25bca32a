import {
  ChangeMessageVisibilityBatchCommand,
  type BatchResultErrorEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { Logger } from '@nestjs/common';
import { reasonOf, ThroughlineError } from 'throughline';
import type { SqsArrival } from './arrival.js';
import { isNoLongerOurs } from './failures.js';

/** SQS' own limit: a message can be hidden for 12 hours after a receive, all prolongations included. */
export const LONGEST_HOLD = 12 * 60 * 60 * 1_000;
/** SQS counts them from the question, which may have been a poll of 20 s, and not from its answer (aws-sdk-net #794). */
const BEFORE_THE_ANSWER = 30_000;
const MAX_ENTRIES = 10;

/** How many whole seconds a message can still be hidden. */
export const secondsLeft = ({ receivedAt }: SqsArrival): number =>
  Math.max(0, Math.floor((receivedAt + LONGEST_HOLD - BEFORE_THE_ANSWER - Date.now()) / 1_000));

/** What holding messages takes. */
export interface HoldsParts {
  readonly client: SQSClient;
  readonly url: string;
  /** Milliseconds until a message that nobody prolongs is everyone's again. */
  readonly visibility: number;
  readonly quiet: <R>(clientCall: () => R) => R;
}

/**
 * The messages that are ours for the moment. Each is hidden from others until its deadline, which is put off in batches at a
 * third of the visibility; one whose deadline has passed, or that SQS says is no longer ours, is lost: its handler is told by
 * the delivery's signal, and it is never deleted.
 */
export class Holds {
  readonly #parts: HoldsParts;
  readonly #deadlines = new Map<SqsArrival, number>();
  readonly #timer: NodeJS.Timeout;
  readonly #log = new Logger('Throughline');

  constructor(parts: HoldsParts) {
    this.#parts = parts;
    this.#timer = setInterval(() => void this.#prolong(), parts.visibility / 3);
  }

  take(arrivals: readonly SqsArrival[]): void {
    for (const arrival of arrivals) {
      this.#deadlines.set(arrival, arrival.receivedAt + this.#parts.visibility);
    }
  }

  /** Whether the message is ours still: by our own clock, since SQS' answers prove nothing. */
  has(arrival: SqsArrival): boolean {
    const deadline = this.#deadlines.get(arrival);
    if (deadline === undefined) return false;
    if (deadline > Date.now()) return true;
    this.#lose(arrival, 'its visibility timeout ran out');
    return false;
  }

  release(arrival: SqsArrival): void {
    this.#deadlines.delete(arrival);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #prolong(): Promise<void> {
    const { visibility } = this.#parts;
    const soon = Date.now() + (visibility * 2) / 3;
    const due = [...this.#deadlines].flatMap(([arrival, deadline]) =>
      deadline <= soon && this.has(arrival) && canBePutOff(arrival, deadline) ? [arrival] : [],
    );
    for (let at = 0; at < due.length; at += MAX_ENTRIES) {
      await this.#prolongBatch(due.slice(at, at + MAX_ENTRIES));
    }
    this.#watchDeadlines();
  }

  /** What was not put off is lost at its deadline, and not at the next look. */
  #watchDeadlines(): void {
    const now = Date.now();
    for (const [arrival, deadline] of this.#deadlines) {
      if (deadline <= now + this.#parts.visibility / 3) {
        setTimeout(() => this.has(arrival), deadline - now + 1).unref();
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
    const until = Entries.map(({ VisibilityTimeout }) => now + VisibilityTimeout * 1_000);
    try {
      const { Successful = [], Failed = [] } = await quiet(() =>
        client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries })),
      );
      for (const { Id } of Successful) this.#putOff(arrivals[Number(Id)], until[Number(Id)]);
      for (const failed of Failed) this.#refused(arrivals[Number(failed.Id)], failed);
    } catch (error) {
      this.#log.warn(
        `${arrivals.length} messages could not be held on to, trying again: ${reasonOf(error)}`,
      );
    }
  }

  #putOff(arrival: SqsArrival | undefined, deadline: number | undefined): void {
    if (arrival === undefined || deadline === undefined) return;
    if (this.#deadlines.has(arrival)) this.#deadlines.set(arrival, deadline);
  }

  #refused(arrival: SqsArrival | undefined, { Code, Message }: BatchResultErrorEntry): void {
    if (arrival === undefined || !isNoLongerOurs(Code)) return;
    this.#lose(arrival, Message ?? Code ?? 'SQS says so');
  }

  #lose(arrival: SqsArrival, why: string): void {
    if (!this.#deadlines.delete(arrival)) return;
    const error = new ThroughlineError(
      'TL_SQS_VISIBILITY_LOST',
      `Message ${arrival.id} of "${arrival.shard.channel}" is no longer ours: ${why}.`,
    );
    this.#log.warn(error.message);
    arrival.lose(error);
  }
}

/** At the end of the 12 hours there is nothing to gain, and a second or less of it would hand the message to somebody else. */
const canBePutOff = (arrival: SqsArrival, deadline: number): boolean =>
  Date.now() + secondsLeft(arrival) * 1_000 > deadline;
