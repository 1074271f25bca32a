import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { isBlocked, type ThroughlineError, OwnLog, withFullStop } from '#base';
import { type BlockedWatch, type Settlement } from 'throughline/transport';
import { readAnswer, type BatchAnswer } from '../client/batch-answer.js';
import { DELETING, HIDING, toSqsError, type Request } from '../client/failures.js';
import { pause } from '../client/pause.js';
import { inBatches } from '../client/request-size.js';
import type { SqsInbound } from '../messages/inbound-message.js';
import type { QueueWatches } from '../queues/queue-watches.js';
import { secondsLeft, type VisibilityHeartbeat } from './visibility-heartbeat.js';

const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 5_000;

export interface SettlementsParts {
  readonly client: SQSClient;
  readonly url: string;
  readonly heartbeat: VisibilityHeartbeat;
  readonly watches: Pick<QueueWatches, 'deletes' | 'visibility'>;
  readonly suppress: <R>(clientCall: () => R) => R;
}

type Entry = Settlement<SqsInbound>;

/**
 * The response to a request that deletes or returns messages. It also contains the entries to send again with a newer receipt.
 * Sending an entry again for this reason does not count as a failure.
 */
interface SettleAnswer extends BatchAnswer<Entry> {
  readonly receivedAgain?: readonly Entry[];
}

/** One of the two ways to settle messages: deleting them, or setting when they become visible. */
interface Operation {
  readonly doing: string;
  readonly goal: 'deleted' | 'returned';
  readonly request: Request;
  readonly watch: BlockedWatch;
  readonly send: (entries: readonly Entry[]) => Promise<SettleAnswer>;
}

/** The messages that an attempt neither deleted nor returned. */
interface Rest {
  readonly left: readonly Entry[];
  readonly errors: readonly ThroughlineError[];
}

const NO_ENTRIES: SettleAnswer = { done: [], notOurs: [], failed: [] };
const NOTHING_LEFT: Rest = { left: [], errors: [] };

/**
 * Deletes messages, or returns them to the queue. Retries until SQS has settled each message, or the message no longer belongs to
 * this process.
 */
export class Settlements {
  readonly #parts: SettlementsParts;
  readonly #deletes: Operation;
  readonly #returns: Operation;
  readonly #log = new OwnLog('Throughline');

  constructor(parts: SettlementsParts) {
    this.#parts = parts;
    this.#deletes = {
      doing: 'deleting processed messages',
      goal: 'deleted',
      request: DELETING,
      watch: parts.watches.deletes,
      send: (entries) => this.#delete(entries),
    };
    this.#returns = {
      doing: 'returning messages to the queue',
      goal: 'returned',
      request: HIDING,
      watch: parts.watches.visibility,
      send: (entries) =>
        parts.heartbeat.withoutExtensions(
          entries.map(({ inbound }) => inbound),
          () => this.#return(this.#ours(entries)),
        ),
    };
  }

  async settle(entries: readonly Entry[]): Promise<void> {
    const acks = entries.filter(({ outcome }) => outcome.kind === 'ack');
    const retries = entries.filter(({ outcome }) => outcome.kind === 'retry');
    await Promise.all([
      ...inBatches(acks).map((batch) => this.#settleBatch(batch, this.#deletes)),
      ...inBatches(retries).map((batch) => this.#settleBatch(batch, this.#returns)),
    ]);
  }

  /**
   * Settles a batch, and retries until all of its messages are settled. While the requests are blocked, waits for the longest time
   * between them, because only a person can unblock them.
   */
  async #settleBatch(entries: readonly Entry[], operation: Operation): Promise<void> {
    let left = this.#ours(entries);
    let warned: string | undefined;
    for (let wait = FIRST_PAUSE; left.length > 0; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      const rest = await this.#try(left, operation);
      const [error] = rest.errors;
      if (error !== undefined && error.message !== warned) {
        this.#log.warn(
          `${rest.left.length} messages from the queue ${this.#parts.url} could not be ${operation.goal}: ${withFullStop(error.message)} Throughline will keep retrying.`,
        );
        warned = error.message;
      }
      left = this.#ours(rest.left);
      const areBlocked = rest.errors.length > 0 && rest.errors.every(isBlocked);
      if (left.length > 0) await pause(areBlocked ? LONGEST_PAUSE : wait);
    }
  }

  /**
   * Returns the entries whose messages still belong to this process. Throughline never uses an expired receipt, because another
   * consumer may have the message.
   */
  #ours(entries: readonly Entry[]): readonly Entry[] {
    return entries.filter(({ inbound }) => this.#parts.heartbeat.owns(inbound));
  }

  async #try(entries: readonly Entry[], operation: Operation): Promise<Rest> {
    const { doing, request, watch, send } = operation;
    try {
      const { done, notOurs, failed, receivedAgain = [] } = await send(entries);
      for (const { inbound } of [...done, ...notOurs.map(itemOf)])
        this.#parts.heartbeat.release(inbound);
      const errors = failed.map(({ error }) => error);
      const blocked = errors.find(isBlocked);
      if (blocked !== undefined) watch.blocked(blocked.message);
      else if (done.length > 0) watch.freed();
      return { left: [...failed.map(itemOf), ...receivedAgain], errors };
    } catch (failure) {
      const error = toSqsError(doing, failure, request);
      if (error.errorClass === 'notOurs') return this.#tryOneByOne(entries, operation);
      if (isBlocked(error)) watch.blocked(error.message);
      return { left: entries, errors: [error] };
    }
  }

  /**
   * Sends each entry in a separate request. If SQS refuses a whole request, one of its receipts is no longer valid, but the error
   * does not say which.
   */
  async #tryOneByOne(entries: readonly Entry[], operation: Operation): Promise<Rest> {
    const [first, ...others] = entries;
    if (first !== undefined && others.length === 0) this.#parts.heartbeat.release(first.inbound);
    if (others.length === 0) return NOTHING_LEFT;
    const rests: Rest[] = [];
    for (const entry of entries) rests.push(await this.#try([entry], operation));
    return {
      left: rests.flatMap(({ left }) => left),
      errors: rests.flatMap(({ errors }) => errors),
    };
  }

  async #delete(entries: readonly Entry[]): Promise<SettleAnswer> {
    const { client, url, suppress } = this.#parts;
    const { doing, request } = this.#deletes;
    const Entries = entries.map(({ inbound }, index) => ({
      Id: String(index),
      ReceiptHandle: inbound.receiptHandle,
    }));
    const answer = await suppress(() =>
      client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries })),
    );
    const read = readAnswer(entries, answer, doing, request);
    // If a message was received again during the request, a delete with the older receipt may have had no effect, whatever SQS says.
    const used = new Map(entries.map((entry, index) => [entry, Entries[index]?.ReceiptHandle]));
    const isCurrent = (entry: Entry): boolean => used.get(entry) === entry.inbound.receiptHandle;
    return {
      done: read.done.filter(isCurrent),
      notOurs: read.notOurs.filter(({ item }) => isCurrent(item)),
      failed: read.failed,
      receivedAgain: [...read.done, ...read.notOurs.map(itemOf)].filter(
        (entry) => !isCurrent(entry),
      ),
    };
  }

  async #return(entries: readonly Entry[]): Promise<SettleAnswer> {
    if (entries.length === 0) return NO_ENTRIES;
    const { client, url, suppress } = this.#parts;
    const { doing, request } = this.#returns;
    const Entries = entries.map(({ inbound, outcome }, index) => ({
      Id: String(index),
      ReceiptHandle: inbound.receiptHandle,
      // SQS refuses a timeout beyond the 12 hours. The message would then keep a shorter timeout and be redelivered too early.
      VisibilityTimeout:
        outcome.kind === 'retry'
          ? Math.min(Math.ceil(outcome.after / 1_000), secondsLeft(inbound))
          : 0,
    }));
    const answer = await suppress(() =>
      client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries })),
    );
    return readAnswer(entries, answer, doing, request);
  }
}

const itemOf = <T>({ item }: { readonly item: T }): T => item;
