import { CreateQueueCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ThroughlineError } from '#base';
import { isQueueMissing, nameOf } from '../client/error-classes.js';
import { CREATING, LOOKING_UP, told, unanswered } from '../client/failures.js';
import {
  isFifo,
  parseReference,
  type QueueAddress,
  type QueueReference,
} from './queue-reference.js';

/** What finding a queue takes. */
export interface QueuesParts {
  readonly client: SQSClient;
  readonly configured: Readonly<Record<string, string>>;
  readonly createMissing: boolean;
  readonly suppress: <R>(clientCall: () => R) => R;
}

/** SQS' maximum. What becomes a dead letter is a new message, and its time begins anew. */
const DEAD_LETTERS_KEPT = 14 * 24 * 60 * 60;

/** Attributes of a queue that is made. */
type NewQueue = Readonly<Record<string, string>>;

/** Finds queues by the names that the code uses, and asks SQS once for each. */
export class Queues {
  readonly #parts: QueuesParts;
  readonly #found = new Map<string, Promise<QueueAddress>>();

  constructor(parts: QueuesParts) {
    this.#parts = parts;
  }

  /** SQS' own name of a queue, without asking. */
  nameOf(channel: string): string {
    return this.#reference(channel).name;
  }

  /** @throws ThroughlineError `TL_SQS_QUEUE_MISSING`, `TL_SQS_UNAVAILABLE`, `TL_SQS_DENIED`, `TL_SQS_CREDENTIALS` */
  find(channel: string): Promise<QueueAddress> {
    return this.#find(channel, {});
  }

  /** The same; if it is missing and has to be made, it keeps messages for as long as SQS can: 14 days. */
  findDeadLetters(channel: string): Promise<QueueAddress> {
    return this.#find(channel, { MessageRetentionPeriod: String(DEAD_LETTERS_KEPT) });
  }

  #find(channel: string, ifMade: NewQueue): Promise<QueueAddress> {
    let found = this.#found.get(channel);
    if (found === undefined) {
      found = this.#ask(channel, ifMade);
      this.#found.set(channel, found);
      found.catch(() => this.#found.delete(channel));
    }
    return found;
  }

  async #ask(channel: string, ifMade: NewQueue): Promise<QueueAddress> {
    const reference = this.#reference(channel);
    const { name } = reference;
    const url =
      reference.kind === 'url' ? reference.url : await this.#url(channel, reference, ifMade);
    return { channel, name, url, isFifo: isFifo(name) };
  }

  async #url(
    channel: string,
    reference: Extract<QueueReference, { kind: 'name' }>,
    ifMade: NewQueue,
  ): Promise<string> {
    const { client, createMissing, suppress } = this.#parts;
    const { name, owner } = reference;
    const doing = `looking for the queue "${name}"`;
    try {
      const { QueueUrl } = await suppress(() =>
        client.send(
          new GetQueueUrlCommand({
            QueueName: name,
            ...(owner !== undefined && { QueueOwnerAWSAccountId: owner }),
          }),
        ),
      );
      return urlIn(QueueUrl, doing);
    } catch (error) {
      if (!isQueueMissing(nameOf(error))) throw told(doing, error, LOOKING_UP);
      if (createMissing && owner === undefined) return this.#create(name, ifMade);
      throw missing(channel, name, error);
    }
  }

  async #create(name: string, ifMade: NewQueue): Promise<string> {
    const { client, suppress } = this.#parts;
    const Attributes = { ...ifMade, ...(isFifo(name) && { FifoQueue: 'true' }) };
    const doing = `making the queue "${name}"`;
    try {
      const { QueueUrl } = await suppress(() =>
        client.send(new CreateQueueCommand({ QueueName: name, Attributes })),
      );
      return urlIn(QueueUrl, doing);
    } catch (error) {
      throw told(doing, error, CREATING);
    }
  }

  #reference(channel: string): QueueReference {
    return parseReference(this.#parts.configured[channel] ?? channel);
  }
}

/** An answer without the queue's URL is none of SQS', whoever gave it. */
function urlIn(url: string | undefined, doing: string): string {
  if (url === undefined || url === '') throw unanswered(doing);
  return url;
}

const missing = (channel: string, name: string, cause: unknown): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_QUEUE_MISSING',
    `The queue "${name}"${name === channel ? '' : ` (for "${channel}")`} does not exist in this region and account: ` +
      `make it, or map its name with sqs({ queues: { '${channel}': … } }), or let it be made with createMissing.`,
    { cause, errorClass: 'blocked' },
  );
