import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { isBlocked, type ThroughlineError, OwnLog } from '#base';
import { type BlockedWatch, type Settlement } from 'throughline/transport';
import type { SqsInbound } from '../messages/inbound-message.js';
import { readAnswer, type BatchAnswer } from '../client/batch-answer.js';
import { DELETING, HIDING, told, type Request } from '../client/failures.js';
import { secondsLeft, type Holds } from './visibility-heartbeat.js';
import { pause } from '../client/pause.js';
import type { QueueWatches } from '../queues/queue-watches.js';

const MAX_ENTRIES = 10;
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 5_000;

/** What telling SQS takes. */
export interface SettlementsParts {
  readonly client: SQSClient;
  readonly url: string;
  readonly holds: Holds;
  readonly watches: Pick<QueueWatches, 'deletes' | 'visibility'>;
  readonly suppress: <R>(clientCall: () => R) => R;
}

type Entry = Settlement<SqsInbound>;

/** What an answer says, and what is to be told again by a newer receipt, which is no failure. */
interface Told extends BatchAnswer<Entry> {
  readonly receivedAgain?: readonly Entry[];
}

/** One of the two things that SQS is told: that messages are done with, or when they are to come again. */
interface Telling {
  readonly doing: string;
  readonly request: Request;
  readonly watch: BlockedWatch;
  readonly tell: (entries: readonly Entry[]) => Promise<Told>;
}

/** What is still to be told after a try. */
interface Rest {
  readonly left: readonly Entry[];
  readonly errors: readonly ThroughlineError[];
}

const NOTHING_LEFT: Rest = { left: [], errors: [] };

/** Tells SQS what became of messages: deletes, and new visibilities, ten at a time, until each is told or no longer ours. */
export class Settlements {
  readonly #parts: SettlementsParts;
  readonly #deletes: Telling;
  readonly #hides: Telling;
  readonly #log = new OwnLog('Throughline');

  constructor(parts: SettlementsParts) {
    this.#parts = parts;
    this.#deletes = {
      doing: 'deleting what is done',
      request: DELETING,
      watch: parts.watches.deletes,
      tell: (entries) => this.#delete(entries),
    };
    this.#hides = {
      doing: 'giving back what is to run again',
      request: HIDING,
      watch: parts.watches.visibility,
      tell: (entries) => this.#hide(entries),
    };
  }

  async tell(entries: readonly Entry[]): Promise<void> {
    const deletes = entries.filter(({ outcome }) => outcome.kind === 'ack');
    const retries = entries.filter(({ outcome }) => outcome.kind === 'retry');
    await Promise.all([
      ...inTens(deletes).map((ten) => this.#untilTold(ten, this.#deletes)),
      ...inTens(retries).map((ten) => this.#untilTold(ten, this.#hides)),
    ]);
  }

  /** What is blocked waits for a person, and at once for as long as it can. */
  async #untilTold(entries: readonly Entry[], telling: Telling): Promise<void> {
    let left = this.#ours(entries);
    let warned: string | undefined;
    for (let wait = FIRST_PAUSE; left.length > 0; wait = Math.min(wait * 2, LONGEST_PAUSE)) {
      const rest = await this.#try(left, telling);
      const [error] = rest.errors;
      if (error !== undefined && error.message !== warned) {
        this.#log.warn(`${rest.left.length} messages are not settled yet: ${error.message}`);
        warned = error.message;
      }
      left = this.#ours(rest.left);
      const areBlocked = rest.errors.length > 0 && rest.errors.every(isBlocked);
      if (left.length > 0) await pause(areBlocked ? LONGEST_PAUSE : wait);
    }
  }

  /** A receipt that has run out is never used: the message may be somebody else's by now. */
  #ours(entries: readonly Entry[]): readonly Entry[] {
    return entries.filter(({ inbound }) => this.#parts.holds.has(inbound));
  }

  async #try(entries: readonly Entry[], telling: Telling): Promise<Rest> {
    const { doing, request, watch, tell } = telling;
    try {
      const { done, notOurs, failed, receivedAgain = [] } = await tell(entries);
      for (const { inbound } of [...done, ...notOurs.map(itemOf)])
        this.#parts.holds.release(inbound);
      const errors = failed.map(({ error }) => error);
      const blocked = errors.find(isBlocked);
      if (blocked !== undefined) watch.blocked(blocked.message);
      else if (done.length > 0) watch.freed();
      return { left: [...failed.map(itemOf), ...receivedAgain], errors };
    } catch (failure) {
      const error = told(doing, failure, request);
      if (error.errorClass === 'notOurs') return this.#tryApart(entries, telling);
      if (isBlocked(error)) watch.blocked(error.message);
      return { left: entries, errors: [error] };
    }
  }

  /** A request that is refused as a whole says that one of its receipts is no longer ours, and not which. */
  async #tryApart(entries: readonly Entry[], telling: Telling): Promise<Rest> {
    const [first, ...others] = entries;
    if (first !== undefined && others.length === 0) this.#parts.holds.release(first.inbound);
    if (others.length === 0) return NOTHING_LEFT;
    const rests: Rest[] = [];
    for (const entry of entries) rests.push(await this.#try([entry], telling));
    return {
      left: rests.flatMap(({ left }) => left),
      errors: rests.flatMap(({ errors }) => errors),
    };
  }

  async #delete(entries: readonly Entry[]): Promise<Told> {
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
    // Received again meanwhile: a delete by an older receipt may have done nothing, whatever SQS answers.
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

  async #hide(entries: readonly Entry[]): Promise<Told> {
    const { client, url, suppress } = this.#parts;
    const { doing, request } = this.#hides;
    const Entries = entries.map(({ inbound, outcome }, index) => ({
      Id: String(index),
      ReceiptHandle: inbound.receiptHandle,
      // Beyond the 12 hours SQS would refuse, and the message come back at once instead of late.
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

const inTens = (entries: readonly Entry[]): readonly (readonly Entry[])[] =>
  Array.from({ length: Math.ceil(entries.length / MAX_ENTRIES) }, (_, ten) =>
    entries.slice(ten * MAX_ENTRIES, (ten + 1) * MAX_ENTRIES),
  );
