import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { isBlocked, ThroughlineError, OwnLog, withFullStop } from '#base';
import { type BlockedWatch } from 'throughline/transport';
import { readAnswer } from '../client/batch-answer.js';
import { HIDING, toSqsError } from '../client/failures.js';
import { inBatches } from '../client/request-size.js';
import type { SqsInbound } from '../messages/inbound-message.js';

/** The longest time, in milliseconds, for which SQS can hide a message: 12 hours after a receive, including all extensions. */
export const LONGEST_VISIBILITY = 12 * 60 * 60 * 1_000;
/**
 * A margin, in milliseconds, for the 12 hours. SQS counts them from the request, this process from the response (aws-sdk-net #794).
 * A poll may take 20 s in between.
 */
const BEFORE_THE_ANSWER = 30_000;
/** The shortest interval between extensions, in milliseconds. It is needed because a queue's visibility timeout may be 0. */
const SHORTEST_INTERVAL = 100;
const DOING = 'extending the visibility of messages';

/** Returns the number of whole seconds for which a message can still be hidden. */
export const secondsLeft = ({ receivedAt }: SqsInbound): number =>
  Math.max(
    0,
    Math.floor((receivedAt + LONGEST_VISIBILITY - BEFORE_THE_ANSWER - Date.now()) / 1_000),
  );

export interface VisibilityHeartbeatParts {
  readonly client: SQSClient;
  readonly url: string;
  /** How long a receive or an extension hides a message, in milliseconds. */
  readonly visibility: number;
  /** Reports to health that visibility timeouts cannot be changed. */
  readonly watch: BlockedWatch;
  readonly suppress: <R>(clientCall: () => R) => R;
}

/**
 * Extends the visibility timeout of the messages in flight, in batches, whenever a third of it has passed. A message counts as lost
 * if its timeout ends, or if SQS reports that its receipt is no longer valid. The signal of a lost message aborts, and the message
 * is never deleted.
 */
export class VisibilityHeartbeat {
  readonly #parts: VisibilityHeartbeatParts;
  readonly #inbounds = new Set<SqsInbound>();
  /** The messages whose timeout another request is changing. */
  readonly #suspended = new Set<SqsInbound>();
  /** The extensions that SQS has not answered, by message. */
  readonly #extensions = new Map<SqsInbound, Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  readonly #log = new OwnLog('Throughline');

  constructor(parts: VisibilityHeartbeatParts) {
    this.#parts = parts;
    const every = Math.max(parts.visibility / 3, SHORTEST_INTERVAL);
    this.#timer = setInterval(() => void this.#beat(), every);
  }

  add(inbounds: readonly SqsInbound[]): void {
    for (const inbound of inbounds) {
      inbound.hiddenUntil = inbound.receivedAt + this.#parts.visibility;
      this.#inbounds.add(inbound);
    }
  }

  /** Whether the message still belongs to this process. This process's clock decides, because SQS may accept an expired receipt. */
  owns(inbound: SqsInbound): boolean {
    if (!this.#inbounds.has(inbound)) return false;
    if (inbound.hiddenUntil > Date.now()) return true;
    this.#lose(inbound, 'its visibility timeout has expired');
    return false;
  }

  release(inbound: SqsInbound): void {
    this.#inbounds.delete(inbound);
  }

  /**
   * Runs work that changes the timeouts of messages in another way. Waits for extensions of these messages that are under way, and
   * begins none meanwhile: SQS could receive an extension last, and would then hide a message for longer or shorter than the work
   * has asked for.
   */
  async withoutExtensions<R>(inbounds: readonly SqsInbound[], work: () => Promise<R>): Promise<R> {
    for (const inbound of inbounds) this.#suspended.add(inbound);
    try {
      await Promise.all(inbounds.flatMap((inbound) => this.#extensions.get(inbound) ?? []));
      return await work();
    } finally {
      for (const inbound of inbounds) this.#suspended.delete(inbound);
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #beat(): Promise<void> {
    const { visibility } = this.#parts;
    const horizon = Date.now() + (visibility * 2) / 3;
    const isDue = (inbound: SqsInbound): boolean =>
      inbound.hiddenUntil <= horizon && this.owns(inbound) && canBeExtended(inbound);
    for (const batch of inBatches([...this.#inbounds].filter(isDue))) await this.#follow(batch);
    this.#watchDeadlines();
  }

  /** Extends the timeouts of the messages that are not suspended, and remembers that this is under way. */
  async #follow(batch: readonly SqsInbound[]): Promise<void> {
    const inbounds = batch.filter((inbound) => !this.#suspended.has(inbound));
    if (inbounds.length === 0) return;
    const extension = this.#extend(inbounds);
    for (const inbound of inbounds) this.#extensions.set(inbound, extension);
    await extension;
    for (const inbound of inbounds)
      if (this.#extensions.get(inbound) === extension) this.#extensions.delete(inbound);
  }

  /**
   * Makes sure that a message whose timeout was not extended counts as lost as soon as the timeout ends, and not only at the next
   * heartbeat.
   */
  #watchDeadlines(): void {
    const now = Date.now();
    for (const inbound of this.#inbounds) {
      if (!this.owns(inbound)) continue;
      if (inbound.hiddenUntil <= now + this.#parts.visibility / 3) {
        setTimeout(() => this.owns(inbound), inbound.hiddenUntil - now + 1).unref();
      }
    }
  }

  async #extend(inbounds: readonly SqsInbound[]): Promise<void> {
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
      for (const inbound of done) this.#extended(inbound, until.get(inbound));
      for (const { item, error } of notOurs) this.#lose(item, error.message);
      this.#report(
        failed.map(({ error }) => error),
        done.length > 0,
      );
    } catch (failure) {
      const error = toSqsError(DOING, failure, HIDING);
      if (error.errorClass !== 'notOurs') this.#report([error], false);
      else await this.#extendOneByOne(inbounds, error);
    }
  }

  /**
   * Extends the timeout of each message with a separate request. If SQS refuses a whole request, one of its receipts is no longer
   * valid, but the error does not say which.
   */
  async #extendOneByOne(inbounds: readonly SqsInbound[], error: ThroughlineError): Promise<void> {
    const [first, ...others] = inbounds;
    if (first !== undefined && others.length === 0) this.#lose(first, error.message);
    if (others.length > 0) for (const inbound of inbounds) await this.#extend([inbound]);
  }

  #report(errors: readonly ThroughlineError[], hasSucceeded: boolean): void {
    const { watch } = this.#parts;
    const [first] = errors;
    const blocked = errors.find(isBlocked);
    if (blocked !== undefined) watch.blocked(blocked.message);
    else if (hasSucceeded) watch.freed();
    if (first !== undefined)
      this.#log.warn(
        `Throughline could not extend the visibility timeout of messages from the queue ${this.#parts.url}: ${withFullStop(first.message)} Throughline will keep retrying.`,
      );
  }

  #extended(inbound: SqsInbound, deadline: number | undefined): void {
    if (deadline !== undefined && this.#inbounds.has(inbound)) inbound.hiddenUntil = deadline;
  }

  #lose(inbound: SqsInbound, why: string): void {
    if (!this.#inbounds.delete(inbound)) return;
    const error = new ThroughlineError(
      'TL_SQS_VISIBILITY_LOST',
      `Message ${inbound.id} from "${inbound.origin.channel}" is visible to other consumers again: ${withFullStop(why)}`,
      { errorClass: 'notOurs' },
    );
    this.#log.warn(error.message);
    inbound.lose(error);
  }
}

/** Whether the visibility timeout of a message can be extended. Near the end of the 12 hours, a request could only shorten it. */
const canBeExtended = (inbound: SqsInbound): boolean =>
  Date.now() + secondsLeft(inbound) * 1_000 > inbound.hiddenUntil;
