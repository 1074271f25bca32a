import { CreateQueueCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ThroughlineError } from 'throughline';
import { nameOf, told } from './failures.js';
import { isFifo, parseReference, type QueueAddress, type QueueReference } from './queue.js';

/** What finding a queue takes. */
export interface QueuesParts {
  readonly client: SQSClient;
  readonly configured: Readonly<Record<string, string>>;
  readonly createMissing: boolean;
  readonly quiet: <R>(clientCall: () => R) => R;
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

  /** @throws ThroughlineError `TL_SQS_QUEUE_MISSING`, `TL_SQS_UNAVAILABLE`, `TL_SQS_REFUSED` */
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
    const { client, createMissing, quiet } = this.#parts;
    const { name, owner } = reference;
    try {
      const { QueueUrl = '' } = await quiet(() =>
        client.send(
          new GetQueueUrlCommand({
            QueueName: name,
            ...(owner !== undefined && { QueueOwnerAWSAccountId: owner }),
          }),
        ),
      );
      return QueueUrl;
    } catch (error) {
      if (nameOf(error) !== 'QueueDoesNotExist')
        throw told(`looking for the queue "${name}"`, error);
      if (createMissing && owner === undefined) return this.#create(name, ifMade);
      throw missing(channel, name, error);
    }
  }

  async #create(name: string, ifMade: NewQueue): Promise<string> {
    const { client, quiet } = this.#parts;
    const Attributes = { ...ifMade, ...(isFifo(name) && { FifoQueue: 'true' }) };
    try {
      const { QueueUrl = '' } = await quiet(() =>
        client.send(new CreateQueueCommand({ QueueName: name, Attributes })),
      );
      return QueueUrl;
    } catch (error) {
      throw told(`making the queue "${name}"`, error);
    }
  }

  #reference(channel: string): QueueReference {
    return parseReference(this.#parts.configured[channel] ?? channel);
  }
}

const missing = (channel: string, name: string, cause: unknown): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_QUEUE_MISSING',
    `The queue "${name}"${name === channel ? '' : ` (for "${channel}")`} does not exist in this region and account: ` +
      `make it, or map its name with sqs({ queues: { '${channel}': … } }), or let it be made with createMissing.`,
    { cause },
  );
