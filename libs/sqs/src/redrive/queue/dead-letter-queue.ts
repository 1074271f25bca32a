import {
  ChangeMessageVisibilityBatchCommand,
  type ChangeMessageVisibilityBatchCommandOutput,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandOutput,
} from '@aws-sdk/client-sqs';
import { isBlocked } from '#base';
import { readAnswer } from '../../client/batch-answer.js';
import { DELETING, DESCRIBING, HIDING, RECEIVING } from '../../client/failures.js';
import { MAX_ENTRIES } from '../../client/request-size.js';
import type { QueueAddress } from '../../queues/queue-reference.js';
import type { Ask } from './ask-patiently.js';
import { serverTime } from './server-time.js';
import { deadLetterOf, type SqsDeadLetter } from './sqs-dead-letter.js';

/**
 * The wait time of a receive, in seconds. This makes the receive a long poll, which asks all of SQS' servers. A short poll may miss
 * messages.
 */
const WAIT_SECONDS = 1;

/** The result of one receive from a dead-letter queue. */
export interface Received {
  readonly deadLetters: readonly SqsDeadLetter[];
  /** The time of the request, by this process's clock. The visibility timeout of the dead letters began then or slightly later. */
  readonly at: number;
  /**
   * Whether the first attempt succeeded. Otherwise, the response to an earlier attempt may have been lost. The dead letters in a
   * lost response are hidden, although no receiver has them.
   */
  readonly isWhole: boolean;
}

/** The state of a queue before a redrive begins. */
export interface QueueStatus {
  /** The number of hidden messages, which SQS only approximates. Another redrive may have hidden them and then been killed. */
  readonly hidden: number;
  /** The time on SQS' clock, in milliseconds since the epoch. */
  readonly time: number;
}

/** The receipt of a dead letter, and how many seconds from now the dead letter should stay hidden. */
export interface Hiding {
  readonly receipt: string;
  readonly seconds: number;
}

export interface DeadLetterQueueParts {
  readonly address: QueueAddress;
  /** How long a receive hides a dead letter, in milliseconds. */
  readonly visibility: number;
  readonly ask: Ask;
}

/** The requests that a redrive sends to a dead-letter queue. */
export class DeadLetterQueue {
  readonly #parts: DeadLetterQueueParts;

  constructor(parts: DeadLetterQueueParts) {
    this.#parts = parts;
  }

  get visibility(): number {
    return this.#parts.visibility;
  }

  status(): Promise<QueueStatus> {
    const { address, ask } = this.#parts;
    const read = async (): Promise<QueueStatus> => {
      const command = new GetQueueAttributesCommand({
        QueueUrl: address.url,
        AttributeNames: ['ApproximateNumberOfMessagesNotVisible'],
      });
      const time = serverTime(command);
      const { Attributes } = await address.client.send(command);
      return {
        hidden: Number(Attributes?.ApproximateNumberOfMessagesNotVisible ?? 0),
        time: time(),
      };
    };
    return ask(`reading the attributes of "${address.name}"`, read, DESCRIBING);
  }

  async receive(): Promise<Received> {
    const { address, visibility, ask } = this.#parts;
    let tries = 0;
    let at = 0;
    const receive = (): Promise<ReceiveMessageCommandOutput> => {
      tries += 1;
      at = Date.now();
      return address.client.send(
        new ReceiveMessageCommand({
          QueueUrl: address.url,
          MaxNumberOfMessages: MAX_ENTRIES,
          WaitTimeSeconds: WAIT_SECONDS,
          VisibilityTimeout: Math.ceil(visibility / 1_000),
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: [
            'SentTimestamp',
            'MessageGroupId',
            'AWSTraceHeader',
            'DeadLetterQueueSourceArn',
          ],
        }),
      );
    };
    const { Messages = [], $metadata } = await ask(
      `receiving from "${address.name}"`,
      receive,
      RECEIVING,
    );
    // The SDK retries requests itself, so its attempts count, too.
    const isWhole = tries === 1 && ($metadata.attempts ?? 1) === 1;
    return { deadLetters: Messages.map(deadLetterOf), at, isWhole };
  }

  /**
   * Deletes up to ten dead letters from their queue.
   *
   * @returns the receipts that are no longer valid: SQS may deliver their dead letters again
   */
  async delete(receipts: readonly string[]): Promise<readonly string[]> {
    const { address, ask } = this.#parts;
    const doing = `deleting from "${address.name}"`;
    const lost: string[] = [];
    let left = receipts;
    const remove = async (): Promise<void> => {
      const answer = await address.client.send(
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

  /**
   * Changes the visibility timeout of up to ten dead letters.
   *
   * @returns the receipts of the dead letters whose timeout SQS has changed
   */
  async hide(hidings: readonly Hiding[]): Promise<readonly string[]> {
    const { address, ask } = this.#parts;
    const doing = `hiding dead letters in "${address.name}"`;
    const hide = (): Promise<ChangeMessageVisibilityBatchCommandOutput> =>
      address.client.send(
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
