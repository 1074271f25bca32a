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
    let found = this.#found.get(channel);
    if (found === undefined) {
      found = this.#ask(channel);
      this.#found.set(channel, found);
      found.catch(() => this.#found.delete(channel));
    }
    return found;
  }

  async #ask(channel: string): Promise<QueueAddress> {
    const reference = this.#reference(channel);
    const { name } = reference;
    const url = reference.kind === 'url' ? reference.url : await this.#url(channel, reference);
    return { channel, name, url, isFifo: isFifo(name) };
  }

  async #url(
    channel: string,
    reference: Extract<QueueReference, { kind: 'name' }>,
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
      if (createMissing && owner === undefined) return this.#create(name);
      throw missing(channel, name, error);
    }
  }

  async #create(name: string): Promise<string> {
    const { client, quiet } = this.#parts;
    const Attributes = isFifo(name) ? { FifoQueue: 'true' } : {};
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
