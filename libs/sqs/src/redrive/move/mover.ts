import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { DEAD_LETTER_HEADER } from 'throughline/transport';
import { isBlocked, reasonOf } from '#base';
import { readAnswer } from '../../client/batch-answer.js';
import { nameOf } from '../../client/error-classes.js';
import { SENDING } from '../../client/failures.js';
import type { QueueAddress } from '../../queues/queue-reference.js';
import { isRefusal } from '../../client/refusals.js';
import { howManyFit } from '../../client/request-size.js';
import { isLegalId, legalId } from '../../send/legal-id.js';
import type { SqsLetter } from '../queue/sqs-dead-letter.js';
import type { Ask } from '../queue/ask-patiently.js';

/** What a mover asks of a letter: how SQS is to have it. */
export type Sendable = Pick<SqsLetter, 'id' | 'key' | 'body' | 'attributes' | 'xray'>;

/** A letter that its broker does not take, and what it says. */
export interface Refusal<L = SqsLetter> {
  readonly letter: L;
  readonly reason: string;
}

/** Writes dead letters to where their handler reads them. */
export interface Moves {
  /** Resolves once they are all there, save those that are refused. */
  send(letters: readonly SqsLetter[]): Promise<readonly Refusal[]>;
}

/** What sending dead letters takes. */
export interface MoverParts {
  readonly client: SQSClient;
  /** Where the letters have their groups from: those of a FIFO queue mean something else in a standard queue. */
  readonly from: Pick<QueueAddress, 'isFifo'>;
  readonly to: QueueAddress;
  readonly ask: Ask;
}

/** Sends dead letters to where their handler reads them, as they were: body, group, attributes and their types. */
export class Mover {
  readonly #parts: MoverParts;

  constructor(parts: MoverParts) {
    this.#parts = parts;
  }

  /** Resolves once SQS has all of them, save those that it refuses. */
  async send<L extends Sendable>(letters: readonly L[]): Promise<readonly Refusal<L>[]> {
    const refusals = await this.#sendAll(letters.map((letter) => ({ letter, sent: letter })));
    // The note was added when the message became a dead letter; where that made it too large for its queue, it stays behind.
    const withNote = refusals.filter(({ letter }) => DEAD_LETTER_HEADER in letter.attributes);
    const rest = refusals.filter((refusal) => !withNote.includes(refusal));
    const again = withNote.map(({ letter }) => ({ letter, sent: withoutNote(letter) }));
    return [...rest, ...(await this.#sendAll(again))];
  }

  async #sendAll<L>(parcels: readonly Parcel<L>[]): Promise<readonly Refusal<L>[]> {
    const refusals: Refusal<L>[] = [];
    const entries = parcels.map(({ sent }) => this.#entryOf(sent));
    for (let at = 0; at < parcels.length;) {
      const count = howManyFit(entries.slice(at));
      refusals.push(...(await this.#sendSome(parcels.slice(at, at + count))));
      at += count;
    }
    return refusals;
  }

  /** A request that SQS refuses as a whole is sent again one by one: a single letter may be to blame. */
  async #sendSome<L>(parcels: readonly Parcel<L>[]): Promise<readonly Refusal<L>[]> {
    try {
      return await this.#request(parcels);
    } catch (error) {
      const [parcel, ...others] = parcels;
      if (parcel === undefined || !isRefusal(error)) throw error;
      const { letter } = parcel;
      const cause = error instanceof Error ? error.cause : undefined;
      if (others.length === 0) return [{ letter, reason: `${nameOf(cause)}: ${reasonOf(cause)}` }];
      const refusals: Refusal<L>[] = [];
      for (const one of parcels) refusals.push(...(await this.#sendSome([one])));
      return refusals;
    }
  }

  /** What the answer says nothing about is sent again: a letter that is not there must not be deleted. */
  async #request<L>(parcels: readonly Parcel<L>[]): Promise<readonly Refusal<L>[]> {
    const { client, to, ask } = this.#parts;
    const doing = `sending to "${to.name}"`;
    const refusals: Refusal<L>[] = [];
    let left = parcels;
    const send = async (): Promise<void> => {
      const answer = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: to.url,
          Entries: left.map(({ sent }, index) => ({ Id: String(index), ...this.#entryOf(sent) })),
        }),
      );
      const { failed } = readAnswer(left, answer, doing, SENDING);
      const [refused, again] = [true, false].map((is) =>
        failed.filter(({ error }) => isRefusal(error) === is),
      );
      for (const { item, error } of refused ?? [])
        refusals.push({ letter: item.letter, reason: reasonOf(error.cause) });
      left = (again ?? []).map(({ item }) => item);
      const errors = (again ?? []).map(({ error }) => error);
      const failure = errors.find(isBlocked) ?? errors[0];
      if (failure !== undefined) throw failure;
    };
    await ask(doing, send, SENDING);
    return refusals;
  }

  /**
   * On FIFO the deduplication id is the dead letter's own: the same for as often as this one letter is sent, should a redrive be
   * killed before it has deleted it; another for the dead letter that the message may become once more.
   */
  #entryOf({
    id,
    key,
    body,
    attributes,
    xray,
  }: Sendable): Omit<SendMessageBatchRequestEntry, 'Id'> {
    const { from, to } = this.#parts;
    return {
      MessageBody: body,
      ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
      ...(xray !== undefined && {
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: xray } },
      }),
      ...(to.isFifo && {
        MessageGroupId: legalId(key ?? id),
        MessageDeduplicationId: legalId(id),
      }),
      // A standard queue's groups are for fairness between tenants; a FIFO queue's would mean something else there.
      ...(!to.isFifo && !from.isFifo && isLegalId(key) && { MessageGroupId: key }),
    };
  }
}

/** A letter, and the form in which it is sent. */
interface Parcel<L> {
  readonly letter: L;
  readonly sent: Sendable;
}

const withoutNote = (letter: Sendable): Sendable => {
  const { [DEAD_LETTER_HEADER]: _note, ...attributes } = letter.attributes;
  return { ...letter, attributes };
};
