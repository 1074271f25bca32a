import {
  ChangeMessageVisibilityBatchCommand,
  type ChangeMessageVisibilityBatchCommandOutput,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandOutput,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { isBlocked } from '#base';
import { readAnswer } from '../../client/batch-answer.js';
import { DELETING, DESCRIBING, HIDING, RECEIVING } from '../../client/failures.js';
import type { QueueAddress } from '../../queues/queue-reference.js';
import { letterOf, type SqsLetter } from './sqs-dead-letter.js';
import type { Ask } from './ask-patiently.js';
import { serverTime } from './server-time.js';

/** SQS' own limit of entries in a request. */
export const MAX_ENTRIES = 10;
/** A poll that waits asks all of SQS' servers; one that does not may miss what is there. */
const WAIT_SECONDS = 1;

/** What a receive has brought. */
export interface Received {
  readonly letters: readonly SqsLetter[];
  /** From when on they are hidden, by our clock, or a little earlier. */
  readonly at: number;
  /** Whether no answer was lost on the way, with letters in it that are hidden now. */
  readonly isWhole: boolean;
}

/** How a queue stands before it is touched. */
export interface Standing {
  /** What is hidden by others: another redrive, or one that was killed. SQS' count is approximate. */
  readonly hidden: number;
  /** SQS' time, in milliseconds since the epoch. */
  readonly time: number;
}

/** A letter's receipt, and how long it is to stay hidden from now on. */
export interface Hiding {
  readonly receipt: string;
  readonly seconds: number;
}

/** What asking a dead-letter queue takes. */
export interface DeadLetterQueueParts {
  readonly client: SQSClient;
  readonly address: QueueAddress;
  /** Milliseconds for which a receive hides a letter. */
  readonly visibility: number;
  readonly ask: Ask;
}

/** A dead-letter queue, as a redrive asks SQS about it. */
export class DeadLetterQueue {
  readonly #parts: DeadLetterQueueParts;

  constructor(parts: DeadLetterQueueParts) {
    this.#parts = parts;
  }

  get visibility(): number {
    return this.#parts.visibility;
  }

  standing(): Promise<Standing> {
    const { client, address, ask } = this.#parts;
    const look = async (): Promise<Standing> => {
      const command = new GetQueueAttributesCommand({
        QueueUrl: address.url,
        AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
      });
      const time = serverTime(command);
      const { Attributes } = await client.send(command);
      return {
        hidden: Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
        time: time(),
      };
    };
    return ask(`looking at "${address.name}"`, look, DESCRIBING);
  }

  async receive(): Promise<Received> {
    const { client, address, visibility, ask } = this.#parts;
    let tries = 0;
    let at = 0;
    const receive = (): Promise<ReceiveMessageCommandOutput> => {
      tries += 1;
      at = Date.now();
      return client.send(
        new ReceiveMessageCommand({
          QueueUrl: address.url,
          MaxNumberOfMessages: MAX_ENTRIES,
          WaitTimeSeconds: WAIT_SECONDS,
          VisibilityTimeout: Math.ceil(visibility / 1_000),
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp', 'MessageGroupId', 'AWSTraceHeader'],
        }),
      );
    };
    const { Messages = [], $metadata } = await ask(
      `receiving from "${address.name}"`,
      receive,
      RECEIVING,
    );
    // The SDK tries again by itself, too.
    const isWhole = tries === 1 && ($metadata.attempts ?? 1) === 1;
    return { letters: Messages.map(letterOf), at, isWhole };
  }

  /** Ten at most. Answers with the receipts that are not ours any more: their letters may come again. */
  async delete(receipts: readonly string[]): Promise<readonly string[]> {
    const { client, address, ask } = this.#parts;
    const doing = `deleting from "${address.name}"`;
    const lost: string[] = [];
    let left = receipts;
    const remove = async (): Promise<void> => {
      const answer = await client.send(
        new DeleteMessageBatchCommand({
          QueueUrl: address.url,
          Entries: left.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle })),
        }),
      );
      const { notOurs, failed } = readAnswer(left, answer, doing, DELETING);
      lost.push(...notOurs.map(({ item }) => item));
      left = failed.map(({ item }) => item);
      const errors = failed.map(({ error }) => error);
      const error = errors.find(isBlocked) ?? errors[0];
      if (error !== undefined) throw error;
    };
    await ask(doing, remove, DELETING);
    return lost;
  }

  /** Ten at most. Answers with the receipts for which SQS has done it. */
  async hide(hidings: readonly Hiding[]): Promise<readonly string[]> {
    const { client, address, ask } = this.#parts;
    const doing = `hiding letters of "${address.name}"`;
    const hide = (): Promise<ChangeMessageVisibilityBatchCommandOutput> =>
      client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: address.url,
          Entries: hidings.map(({ receipt, seconds }, index) => ({
            Id: String(index),
            ReceiptHandle: receipt,
            VisibilityTimeout: seconds,
          })),
        }),
      );
    const receipts = hidings.map(({ receipt }) => receipt);
    return readAnswer(receipts, await ask(doing, hide, HIDING), doing, HIDING).done;
  }
}
