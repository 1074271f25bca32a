import { CreateQueueCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { ThroughlineError } from '#base';
import { isQueueMissing, nameOf } from '../client/error-classes.js';
import { CREATING, LOOKING_UP, toSqsError, unanswered } from '../client/failures.js';
import {
  isFifo,
  parseReference,
  type QueueAddress,
  type QueueReference,
} from './queue-reference.js';

export interface QueuesParts {
  readonly client: SQSClient;
  readonly configured: Readonly<Record<string, string>>;
  readonly createMissing: boolean;
  readonly suppress: <R>(clientCall: () => R) => R;
}

/** In seconds: SQS' maximum. A dead letter is a new message, so its retention starts anew. */
const DEAD_LETTER_RETENTION = 14 * 24 * 60 * 60;

/** The attributes of a queue to be created. */
type NewQueue = Readonly<Record<string, string>>;

/** Finds queues by their logical names. Asks SQS once for each. */
export class Queues {
  readonly #parts: QueuesParts;
  readonly #found = new Map<string, Promise<QueueAddress>>();

  constructor(parts: QueuesParts) {
    this.#parts = parts;
  }

  /** The name in SQS. Sends no request. */
  nameOf(channel: string): string {
    return this.#reference(channel).name;
  }

  /** @throws ThroughlineError `TL_SQS_QUEUE_MISSING`, `TL_SQS_UNAVAILABLE`, `TL_SQS_DENIED`, `TL_SQS_CREDENTIALS` */
  find(channel: string): Promise<QueueAddress> {
    return this.#find(channel, {});
  }

  /** The same. If the queue has to be created, it retains messages for 14 days, which is SQS' maximum. */
  findDeadLetters(channel: string): Promise<QueueAddress> {
    return this.#find(channel, { MessageRetentionPeriod: String(DEAD_LETTER_RETENTION) });
  }

  #find(channel: string, ifCreated: NewQueue): Promise<QueueAddress> {
    let found = this.#found.get(channel);
    if (found === undefined) {
      found = this.#ask(channel, ifCreated);
      this.#found.set(channel, found);
      found.catch(() => this.#found.delete(channel));
    }
    return found;
  }

  async #ask(channel: string, ifCreated: NewQueue): Promise<QueueAddress> {
    const reference = this.#reference(channel);
    const { name } = reference;
    const url =
      reference.kind === 'url' ? reference.url : await this.#url(channel, reference, ifCreated);
    return { channel, name, url, isFifo: isFifo(name) };
  }

  async #url(
    channel: string,
    reference: Extract<QueueReference, { kind: 'name' }>,
    ifCreated: NewQueue,
  ): Promise<string> {
    const { client, createMissing, suppress } = this.#parts;
    const { name, owner } = reference;
    const doing = `looking up the queue "${name}"`;
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
      if (!isQueueMissing(nameOf(error))) throw toSqsError(doing, error, LOOKING_UP);
      if (createMissing && owner === undefined) return this.#create(name, ifCreated);
      throw missing(channel, name, error);
    }
  }

  async #create(name: string, ifCreated: NewQueue): Promise<string> {
    const { client, suppress } = this.#parts;
    const Attributes = { ...ifCreated, ...(isFifo(name) && { FifoQueue: 'true' }) };
    const doing = `creating the queue "${name}"`;
    try {
      const { QueueUrl } = await suppress(() =>
        client.send(new CreateQueueCommand({ QueueName: name, Attributes })),
      );
      return urlIn(QueueUrl, doing);
    } catch (error) {
      throw toSqsError(doing, error, CREATING);
    }
  }

  #reference(channel: string): QueueReference {
    return parseReference(this.#parts.configured[channel] ?? channel);
  }
}

/** An answer without a URL does not come from SQS but from something between. */
function urlIn(url: string | undefined, doing: string): string {
  if (url === undefined || url === '') throw unanswered(doing);
  return url;
}

const missing = (channel: string, name: string, cause: unknown): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_QUEUE_MISSING',
    `The queue "${name}"${name === channel ? '' : ` (for "${channel}")`} does not exist in this region and account. ` +
      `Create it, map its name with sqs({ queues: { '${channel}': … } }), or set createMissing to let Throughline create it.`,
    { cause, errorClass: 'blocked' },
  );
