import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import {
  SharedRequests,
  type ContextPropagation,
  type Outbound,
  type Receipt,
} from 'throughline/transport';
import { ThroughlineError, OwnLog } from '#base';
import type { QueueTerms } from '../channel.js';
import { attributesOf } from '../messages/attributes.js';
import { classify } from '../client/error-classes.js';
import { SENDING, told, toldEntry, unanswered, unavailable } from '../client/failures.js';
import { groupOf } from './group.js';
import { untilAnswered } from '../client/retry-until-deadline.js';
import type { QueueAddress } from '../queues/queue-reference.js';
import { howManyOf, LARGEST, MAX_ENTRIES, sizeOf } from '../client/request-size.js';
import { withContext } from '../messages/trace-attributes.js';

const IN_FLIGHT = 16;
const LONGEST_DELAY = 15 * 60 * 1_000;

/** What is said of a context without room for all of it. */
const WHAT_IS_LEFT: Readonly<Record<Exclude<ContextPropagation, 'whole'>, string>> = {
  traceparent: 'tracestate is left out',
  xray: 'it is written as AWSTraceHeader',
  none: 'it is left out',
};

type Entry = Omit<SendMessageBatchRequestEntry, 'Id'>;

/** A message as SQS takes it, and what it takes to send it. */
interface Parcel {
  readonly entry: Entry;
  readonly bytes: number;
  /** For how long its sender waits, in milliseconds. */
  readonly timeout: number;
  readonly context: ContextPropagation;
}

/** Sends to one queue: what is sent at once shares requests, and an outage is waited out for as long as a send may take. */
export class Sender {
  readonly #client: SQSClient;
  readonly #queue: QueueAddress;
  readonly #requests: SharedRequests<Parcel, string, Receipt>;
  readonly #log = new OwnLog('Throughline');
  #hasToldOfContext = false;

  constructor(client: SQSClient, queue: QueueAddress, suppress: <R>(clientCall: () => R) => R) {
    this.#client = client;
    this.#queue = queue;
    this.#requests = new SharedRequests({
      // Requests side by side overtake each other, and a FIFO group keeps the order in which SQS takes its messages.
      inFlight: queue.isFifo ? 1 : IN_FLIGHT,
      most: MAX_ENTRIES,
      fit: (parcels) => howManyOf(parcels.map(({ bytes }) => bytes)),
      send: (parcels: readonly Parcel[]) => suppress(() => this.#request(parcels)),
      succeeded: ({ context }, id) => ({ id, context }),
      tooLate: ({ timeout }) =>
        unavailable(this.#doing, new Error(`no answer within ${timeout / 1_000} s`)),
    });
  }

  /**
   * Rejects with `TL_SQS_UNAVAILABLE`, `TL_SQS_REFUSED`, `TL_SQS_DENIED`, `TL_SQS_QUEUE_MISSING`, `TL_SQS_BLOCKED`,
   * `TL_SQS_CREDENTIALS`.
   *
   * @param deadline when its sender gives up, in milliseconds since the epoch
   * @throws ThroughlineError before SQS is asked, for what it would refuse: `TL_SQS_HEADER_INVALID`, `TL_SQS_GROUP_MISSING`,
   *   `TL_SQS_GROUP_INVALID`, `TL_SQS_DELAY_INVALID`, `TL_SQS_MESSAGE_TOO_LARGE`
   */
  send(message: Outbound<QueueTerms>, deadline = Date.now() + message.timeout): Promise<Receipt> {
    const parcel = this.#parcelOf(message);
    const again = (): Promise<Receipt> => this.#requests.send(parcel, deadline);
    return again().catch((failure: unknown) =>
      untilAnswered(failure, {
        deadline,
        again,
        told: (reason) => told(this.#doing, reason, SENDING),
      }),
    );
  }

  get #doing(): string {
    return `sending to "${this.#queue.name}"`;
  }

  /** A request that SQS refuses as a whole is sent again one by one: a single message is to blame. */
  async #request(parcels: readonly Parcel[]): Promise<readonly PromiseSettledResult<string>[]> {
    try {
      return await this.#ask(parcels);
    } catch (error) {
      if (parcels.length === 1 || classify(error, SENDING.kind) !== 'refused') throw error;
    }
    const answers: PromiseSettledResult<string>[] = [];
    for (const parcel of parcels) {
      try {
        answers.push(...(await this.#ask([parcel])));
      } catch (reason) {
        answers.push({ status: 'rejected', reason });
      }
    }
    return answers;
  }

  /** SQS answers 200 although some entries have failed; one that it says nothing about may be there, or not. */
  async #ask(parcels: readonly Parcel[]): Promise<PromiseSettledResult<string>[]> {
    const { Successful = [], Failed = [] } = await this.#client.send(
      new SendMessageBatchCommand({
        QueueUrl: this.#queue.url,
        Entries: parcels.map(({ entry }, index) => ({ ...entry, Id: String(index) })),
      }),
    );
    const answers = parcels.map((): PromiseSettledResult<string> => ({
      status: 'rejected',
      reason: unanswered(this.#doing),
    }));
    for (const { Id, MessageId = '' } of Successful) {
      answers[Number(Id)] = { status: 'fulfilled', value: MessageId };
    }
    for (const entry of Failed) {
      answers[Number(entry.Id)] = {
        status: 'rejected',
        reason: toldEntry(this.#doing, entry, SENDING),
      };
    }
    return answers;
  }

  #parcelOf(message: Outbound<QueueTerms>): Parcel {
    const own = attributesOf(message.headers);
    const MessageBody = bodyOf(message);
    const ownBytes = sizeOf({ MessageBody, MessageAttributes: own });
    const { attributes, systemAttributes, capacity } = withContext(
      own,
      message,
      LARGEST - ownBytes,
    );
    if (capacity !== 'whole') this.#tellOfContext(capacity);
    const hasAttributes = Object.keys(attributes).length > 0;
    const entry: Entry = {
      MessageBody,
      ...(hasAttributes && { MessageAttributes: attributes }),
      ...(systemAttributes && { MessageSystemAttributes: systemAttributes }),
      ...groupOf(this.#queue, message),
      ...this.#delayOf(message),
    };
    const bytes = attributes === own ? ownBytes : sizeOf(entry);
    if (bytes > LARGEST) throw tooLarge(this.#queue, bytes);
    return { entry, bytes, timeout: message.timeout, context: capacity };
  }

  #tellOfContext(capacity: Exclude<ContextPropagation, 'whole'>): void {
    if (this.#hasToldOfContext) return;
    this.#hasToldOfContext = true;
    this.#log.warn(
      `Messages to "${this.#queue.name}" leave their trace context too little room beside their own attributes (SQS takes ten): ` +
        `${WHAT_IS_LEFT[capacity]}.`,
    );
  }

  #delayOf({ terms }: Outbound<QueueTerms>): Partial<Entry> {
    const delay = terms?.delay;
    if (delay === undefined) return {};
    if (!(delay >= 0)) throw invalidDelay('a delay is a time from now on');
    if (delay > LONGEST_DELAY) throw invalidDelay('SQS delays a message by 15 min at most');
    if (this.#queue.isFifo) throw invalidDelay('a FIFO queue has no delay for a single message');
    return { DelaySeconds: Math.ceil(delay / 1_000) };
  }
}

/** SQS refuses two characters that JSON may have as they are, and may have escaped as well ("message quotas", Message content). */
const bodyOf = ({ body }: Outbound): string =>
  (body ?? '').replace(
    /[\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16)}`,
  );

const tooLarge = ({ name }: QueueAddress, bytes: number): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_MESSAGE_TOO_LARGE',
    `A message to "${name}" has ${bytes} bytes with its attributes, and SQS takes ${LARGEST}: send less, or a reference to ` +
      'what is stored elsewhere.',
  );

const invalidDelay = (why: string): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_DELAY_INVALID',
    `The message cannot be sent with this delay: ${why}.`,
  );
