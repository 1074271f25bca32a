import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { DEAD_LETTER_HEADER, reasonOf } from 'throughline';
import { isAway, nameOf, unavailable } from '../failures.js';
import type { QueueAddress } from '../queue.js';
import { howManyFit } from '../request-size.js';
import type { SqsLetter } from './letter.js';
import type { Ask } from './patience.js';

/** What SQS says of a message that it does not take, and not of us: AWS, fauxqs and ElasticMQ each in words of their own. */
const ABOUT_THE_MESSAGE = new Set([
  'BatchRequestTooLong',
  'InvalidAttributeValue',
  'InvalidMessageContents',
  'InvalidParameterValue',
]);

/** A letter that SQS does not take, and what it says. */
export interface Refusal {
  readonly letter: SqsLetter;
  readonly reason: string;
}

/** What sending dead letters takes. */
export interface MoverParts {
  readonly client: SQSClient;
  readonly from: QueueAddress;
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
  async send(letters: readonly SqsLetter[]): Promise<readonly Refusal[]> {
    const refusals = await this.#sendAll(letters);
    // The note was added when the message became a dead letter; where that made it too large for its queue, it stays behind.
    const withNote = refusals.filter(({ letter }) => DEAD_LETTER_HEADER in letter.attributes);
    const rest = refusals.filter((refusal) => !withNote.includes(refusal));
    return [...rest, ...(await this.#sendAll(withNote.map(({ letter }) => withoutNote(letter))))];
  }

  async #sendAll(letters: readonly SqsLetter[]): Promise<readonly Refusal[]> {
    const refusals: Refusal[] = [];
    const entries = letters.map((letter) => this.#entryOf(letter));
    for (let at = 0; at < letters.length;) {
      const count = howManyFit(entries.slice(at));
      refusals.push(...(await this.#sendSome(letters.slice(at, at + count))));
      at += count;
    }
    return refusals;
  }

  /** A request that SQS refuses as a whole is sent again one by one: a single letter may be to blame. */
  async #sendSome(letters: readonly SqsLetter[]): Promise<readonly Refusal[]> {
    try {
      return await this.#request(letters);
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      const [letter, ...others] = letters;
      if (letter === undefined || !ABOUT_THE_MESSAGE.has(nameOf(cause))) throw error;
      if (others.length === 0) return [{ letter, reason: `${nameOf(cause)}: ${reasonOf(cause)}` }];
      const refusals: Refusal[] = [];
      for (const one of letters) refusals.push(...(await this.#sendSome([one])));
      return refusals;
    }
  }

  async #request(letters: readonly SqsLetter[]): Promise<readonly Refusal[]> {
    const { client, to, ask } = this.#parts;
    const doing = `sending to "${to.name}"`;
    const refusals: Refusal[] = [];
    let left = letters;
    await ask(doing, async () => {
      const { Failed = [] } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: to.url,
          Entries: left.map((letter, index) => ({ Id: String(index), ...this.#entryOf(letter) })),
        }),
      );
      const again: SqsLetter[] = [];
      for (const { Id, SenderFault, Code = '', Message = '' } of Failed) {
        const letter = left[Number(Id)];
        if (letter === undefined) continue;
        const isItsFault = SenderFault === true && !isAway(sdkError(Code, Message));
        if (isItsFault) refusals.push({ letter, reason: `${Code}: ${Message}` });
        else again.push(letter);
      }
      left = again;
      if (left.length > 0) throw unavailable(doing, new Error(Failed[0]?.Message ?? 'it failed'));
    });
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
  }: SqsLetter): Omit<SendMessageBatchRequestEntry, 'Id'> {
    const { from, to } = this.#parts;
    return {
      MessageBody: body,
      ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
      ...(xray !== undefined && {
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: xray } },
      }),
      ...(to.isFifo && { MessageGroupId: key ?? id, MessageDeduplicationId: id }),
      // A standard queue's groups are for fairness between tenants; a FIFO queue's would mean something else there.
      ...(!to.isFifo && !from.isFifo && key !== null && { MessageGroupId: key }),
    };
  }
}

const withoutNote = (letter: SqsLetter): SqsLetter => {
  const { [DEAD_LETTER_HEADER]: _note, ...attributes } = letter.attributes;
  return { ...letter, attributes };
};

/** A failed entry has the words of an error. */
const sdkError = (name: string, message: string): Error =>
  Object.assign(new Error(message), { name });
