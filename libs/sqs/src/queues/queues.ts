import { CreateQueueCommand, GetQueueUrlCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { isBlocked, ThroughlineError } from '#base';
import { isQueueMissing, nameOf } from '../client/error-classes.js';
import { CREATING, LOOKING_UP, toSqsError, unanswered } from '../client/failures.js';
import type { Clients } from '../client/clients.js';
import {
  isFifo,
  keyOf,
  parseReference,
  referenceError,
  type QueueAddress,
  type QueueReference,
} from './queue-reference.js';

export interface QueuesParts {
  readonly clients: Pick<Clients, 'at' | 'isOwn'>;
  readonly configured: Readonly<Record<string, string>>;
  readonly createMissing: boolean;
  readonly suppress: <R>(clientCall: () => R) => R;
}

/** The longest retention that SQS allows, in seconds. A dead letter is a new message, so its retention starts over. */
const DEAD_LETTER_RETENTION = 14 * 24 * 60 * 60;

/** The purpose for which a queue is looked up. */
interface Search {
  readonly reference: QueueReference;
  /** The attributes that the queue gets if it has to be created. */
  readonly ifCreated: Readonly<Record<string, string>>;
  readonly missing: (why: string, cause: unknown) => ThroughlineError;
}

/** Finds queues by their logical names, each in its own region and account, with one request to SQS per queue. */
export class Queues {
  readonly #parts: QueuesParts;
  readonly #found = new Map<string, Promise<QueueAddress>>();

  constructor(parts: QueuesParts) {
    this.#parts = parts;
  }

  /** Returns the queue that a logical name refers to, without sending a request. */
  referenceOf(channel: string): QueueReference {
    return this.configured(channel) ?? parseReference(channel);
  }

  /** Returns the queue that the configuration maps a logical name to. */
  configured(channel: string): QueueReference | undefined {
    const { configured } = this.#parts;
    const text = Object.hasOwn(configured, channel) ? configured[channel] : undefined;
    return text === undefined ? undefined : parseReference(text);
  }

  /** Returns an error for a logical name that is mapped to a malformed URL or ARN. */
  errorOf(channel: string): ThroughlineError | undefined {
    const { configured } = this.#parts;
    return referenceError(
      channel,
      Object.hasOwn(configured, channel) ? configured[channel] : channel,
    );
  }

  /** Returns the configuration errors of all configured queues and of the queues with these logical names. */
  configurationErrors(channels: readonly string[]): readonly ThroughlineError[] {
    const all = new Set([...Object.keys(this.#parts.configured), ...channels]);
    return [...all].flatMap((channel) => this.errorOf(channel) ?? []);
  }

  /**
   * Finds a queue by its logical name, and creates it if it is missing and `createMissing` is set.
   *
   * @throws ThroughlineError `TL_SQS_QUEUE_MISSING`, `TL_SQS_UNAVAILABLE`, `TL_SQS_DENIED`, `TL_SQS_CREDENTIALS`,
   *   `TL_OPTION_INVALID`
   */
  find(channel: string): Promise<QueueAddress> {
    const reference = this.referenceOf(channel);
    return this.#find({
      reference,
      ifCreated: {},
      missing: (why, cause) => queueMissing(channel, reference, why, cause),
    });
  }

  /**
   * Finds a queue for dead letters. If the queue has to be created, it retains messages for 14 days, which is SQS' maximum.
   *
   * @param of the name of the queue whose messages become dead letters, where it is known
   */
  findDeadLetters(reference: QueueReference, of?: string): Promise<QueueAddress> {
    return this.#find({
      reference,
      ifCreated: { MessageRetentionPeriod: String(DEAD_LETTER_RETENTION) },
      missing: (why, cause) => deadLettersMissing(reference, of, why, cause),
    });
  }

  /** Returns the queue, or `undefined` if it does not exist. Never creates a queue. */
  async findExisting(reference: QueueReference): Promise<QueueAddress | undefined> {
    const known = await this.#found.get(keyOf(reference))?.catch(() => undefined);
    if (known !== undefined) return known;
    const found = await this.#lookUp(reference);
    return 'address' in found ? this.#remember(reference, found.address) : undefined;
  }

  /**
   * Stores and returns the address of a queue. If another search has found the queue in the meantime, returns the address from that
   * search, because a reference must have only one address.
   */
  #remember(reference: QueueReference, address: QueueAddress): Promise<QueueAddress> {
    const key = keyOf(reference);
    const known = this.#found.get(key) ?? Promise.resolve(address);
    this.#found.set(key, known);
    return known;
  }

  #find(search: Search): Promise<QueueAddress> {
    const key = keyOf(search.reference);
    let found = this.#found.get(key);
    if (found === undefined) {
      found = this.#findOrCreate(search);
      this.#found.set(key, found);
      found.catch(() => this.#found.delete(key));
    }
    return found;
  }

  async #findOrCreate(search: Search): Promise<QueueAddress> {
    const { reference } = search;
    const found = await this.#lookUp(reference);
    if ('address' in found) return found.address;
    if (!this.#parts.createMissing) throw search.missing('', found.cause);
    const { owner, place } = reference;
    if (owner !== undefined && !(await this.#parts.clients.isOwn(place, owner))) {
      throw search.missing(
        ` createMissing does not create it, because the credentials do not say that they belong to the account ${owner}.`,
        found.cause,
      );
    }
    return this.#create(search);
  }

  /** Looks up the URL of a queue. If the queue is configured by its URL, sends a request only if `createMissing` is set. */
  async #lookUp(
    reference: QueueReference,
  ): Promise<{ readonly address: QueueAddress } | { readonly cause: unknown }> {
    const error = referenceError(reference.text, reference.text);
    if (error !== undefined) throw error;
    const { createMissing, clients } = this.#parts;
    const { url, place, text } = reference;
    const client = await clients.at(place);
    if (url !== undefined && !createMissing) return { address: addressOf(reference, url, client) };
    const doing = `looking up the queue "${text}"`;
    try {
      const answered = await this.#ask(reference, client, doing);
      return { address: addressOf(reference, url ?? answered, client) };
    } catch (cause) {
      if (isQueueMissing(nameOf(cause))) return { cause };
      const failure = toSqsError(doing, cause, LOOKING_UP);
      // Without the permission to look up the queue, this assumes that the queue exists.
      if (url !== undefined && isBlocked(failure))
        return { address: addressOf(reference, url, client) };
      throw failure;
    }
  }

  async #ask({ name, owner }: QueueReference, client: SQSClient, doing: string): Promise<string> {
    const { QueueUrl } = await this.#parts.suppress(() =>
      client.send(
        new GetQueueUrlCommand({
          QueueName: name,
          ...(owner !== undefined && { QueueOwnerAWSAccountId: owner }),
        }),
      ),
    );
    return urlIn(QueueUrl, doing);
  }

  async #create({ reference, ifCreated }: Search): Promise<QueueAddress> {
    const { clients, suppress } = this.#parts;
    const { name, url, place, text } = reference;
    const client = await clients.at(place);
    const Attributes = { ...ifCreated, ...(isFifo(name) && { FifoQueue: 'true' }) };
    const doing = `creating the queue "${text}"`;
    try {
      const { QueueUrl } = await suppress(() =>
        client.send(new CreateQueueCommand({ QueueName: name, Attributes })),
      );
      return addressOf(reference, url ?? urlIn(QueueUrl, doing), client);
    } catch (error) {
      throw toSqsError(doing, error, CREATING);
    }
  }
}

const addressOf = ({ name }: QueueReference, url: string, client: SQSClient): QueueAddress => ({
  name,
  url,
  isFifo: isFifo(name),
  client,
});

/**
 * Returns the URL in a response. A response without a URL does not come from SQS, but from something between this process and SQS.
 */
function urlIn(url: string | undefined, doing: string): string {
  if (url === undefined || url === '') throw unanswered(doing);
  return url;
}

const placeText = ({ owner, place: { region, endpoint } }: QueueReference): string =>
  region === undefined && endpoint === undefined
    ? 'in this region and account'
    : `in ${[region, endpoint].filter((one) => one !== undefined).join(' at ')}` +
      (owner === undefined ? '' : `, account ${owner}`);

const queueMissing = (
  channel: string,
  reference: QueueReference,
  why: string,
  cause: unknown,
): ThroughlineError => {
  const { name } = reference;
  return new ThroughlineError(
    'TL_SQS_QUEUE_MISSING',
    `The queue "${name}"${name === channel ? '' : ` (for "${channel}")`} does not exist ${placeText(reference)}. ` +
      `Create it, map its name with sqs({ queues: { '${channel}': … } }), or set createMissing to let Throughline create it.${why}`,
    { cause, errorClass: 'blocked' },
  );
};

/** Creates the error for a missing dead-letter queue. The error offers three solutions. */
export function deadLettersMissing(
  reference: QueueReference,
  of: string | undefined,
  why = '',
  cause?: unknown,
): ThroughlineError {
  const { name } = reference;
  const blocking = isFifo(of ?? name) ? ' and blocks its group' : '';
  return new ThroughlineError(
    'TL_SQS_QUEUE_MISSING',
    `The dead-letter queue "${name}"${of === undefined ? '' : ` of "${of}"`} does not exist ${placeText(reference)}. ` +
      `Create "${name}", set createMissing: true in sqs() to let Throughline create it, or set deadLetter: false on the ` +
      `handler. With deadLetter: false, a message that fails is retried forever${blocking}.${why}`,
    { cause, errorClass: 'blocked' },
  );
}
