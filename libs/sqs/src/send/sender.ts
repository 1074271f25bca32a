import { SendMessageBatchCommand, type SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import {
  SharedRequests,
  type ContextPropagation,
  type Outbound,
  type Receipt,
} from 'throughline/transport';
import { ThroughlineError, OwnLog } from '#base';
import type { QueueTerms } from '../channel.js';
import { attributesOf } from '../messages/attributes.js';
import { bodyOf } from './body.js';
import { classify } from '../client/error-classes.js';
import { SENDING, toEntryError, toSqsError, unanswered, unavailable } from '../client/failures.js';
import { groupOf } from './group.js';
import { untilAnswered } from '../client/retry-until-deadline.js';
import type { QueueAddress } from '../queues/queue-reference.js';
import { howManyOf, LARGEST, MAX_ENTRIES, sizeOf } from '../client/request-size.js';
import { withContext } from '../messages/trace-attributes.js';

const IN_FLIGHT = 16;
const LONGEST_DELAY = 15 * 60 * 1_000;

/** The sentences for the log that say what happens to a trace context that does not fit completely. */
const PROPAGATIONS: Readonly<Record<Exclude<ContextPropagation, 'whole'>, string>> = {
  traceparent: 'Such messages are sent without tracestate.',
  xray: 'Such messages are sent with AWSTraceHeader only.',
  none: 'Such messages are sent without trace context.',
};

type Entry = Omit<SendMessageBatchRequestEntry, 'Id'>;

/** A message in the format of SQS, with the data needed to send it. */
interface Parcel {
  readonly entry: Entry;
  readonly bytes: number;
  /** How long the publisher waits for the result, in milliseconds. */
  readonly timeout: number;
  readonly context: ContextPropagation;
}

/** Sends messages to one queue. Concurrent messages share requests. During an outage, a send waits until its timeout expires. */
export class Sender {
  readonly #queue: QueueAddress;
  readonly #requests: SharedRequests<Parcel, string, Receipt>;
  readonly #log = new OwnLog('Throughline');
  #hasWarned = false;

  constructor(queue: QueueAddress, suppress: <R>(clientCall: () => R) => R) {
    this.#queue = queue;
    this.#requests = new SharedRequests({
      // SQS keeps the messages of a FIFO group in the order in which it accepts them. Concurrent requests may overtake each other.
      inFlight: queue.isFifo ? 1 : IN_FLIGHT,
      most: MAX_ENTRIES,
      fit: (parcels) => howManyOf(parcels.map(({ bytes }) => bytes)),
      send: (parcels: readonly Parcel[]) => suppress(() => this.#request(parcels)),
      succeeded: ({ context }, id) => ({ id, context }),
      tooLate: ({ timeout }) =>
        unavailable(this.#doing, new Error(`no response within ${timeout / 1_000} s`)),
    });
  }

  /**
   * Sends a message. Rejects with `TL_SQS_UNAVAILABLE`, `TL_SQS_REFUSED`, `TL_SQS_DENIED`, `TL_SQS_QUEUE_MISSING`, `TL_SQS_BLOCKED`
   * or `TL_SQS_CREDENTIALS`.
   *
   * @param deadline in milliseconds since the epoch
   * @throws ThroughlineError synchronously, for messages that SQS would refuse: `TL_SQS_HEADER_INVALID`, `TL_SQS_GROUP_MISSING`,
   *   `TL_SQS_GROUP_INVALID`, `TL_SQS_DELAY_INVALID`, `TL_SQS_MESSAGE_TOO_LARGE`
   */
  send(message: Outbound<QueueTerms>, deadline = Date.now() + message.timeout): Promise<Receipt> {
    const parcel = this.#parcelOf(message);
    const again = (): Promise<Receipt> => this.#requests.send(parcel, deadline);
    return again().catch((failure: unknown) =>
      untilAnswered(failure, {
        deadline,
        again,
        toError: (reason) => toSqsError(this.#doing, reason, SENDING),
      }),
    );
  }

  get #doing(): string {
    return `sending to "${this.#queue.name}"`;
  }

  /**
   * Sends messages in one request. If SQS refuses the whole request because of one message, each message is sent in its own
   * request.
   */
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

  /**
   * Reads the response to a batch of messages. The status is 200 even if entries failed. An entry that the response does not
   * mention may have been stored, or not.
   */
  async #ask(parcels: readonly Parcel[]): Promise<PromiseSettledResult<string>[]> {
    const { Successful = [], Failed = [] } = await this.#queue.client.send(
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
        reason: toEntryError(this.#doing, entry, SENDING),
      };
    }
    return answers;
  }

  #parcelOf(message: Outbound<QueueTerms>): Parcel {
    const { body: MessageBody, headers } = bodyOf(message);
    const own = attributesOf(headers);
    const ownBytes = sizeOf({ MessageBody, MessageAttributes: own });
    const { attributes, systemAttributes, propagation } = withContext(
      own,
      message,
      LARGEST - ownBytes,
    );
    if (propagation !== 'whole') this.#warnOf(propagation);
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
    return { entry, bytes, timeout: message.timeout, context: propagation };
  }

  #warnOf(propagation: Exclude<ContextPropagation, 'whole'>): void {
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    this.#log.warn(
      `A message to "${this.#queue.name}" has too little space left for the complete trace context. SQS accepts at most ten attributes and ` +
        `${LARGEST} bytes per message. ${PROPAGATIONS[propagation]} To keep the complete context, send fewer attributes or a smaller payload.`,
    );
  }

  #delayOf({ terms }: Outbound<QueueTerms>): Partial<Entry> {
    const delay = terms?.delay;
    if (delay === undefined) return {};
    if (!(delay >= 0)) throw invalidDelay('a delay must be a number of milliseconds, zero or more');
    if (delay > LONGEST_DELAY) throw invalidDelay('SQS delays a message by at most 15 minutes');
    if (this.#queue.isFifo) throw invalidDelay('a FIFO queue cannot delay single messages');
    return { DelaySeconds: Math.ceil(delay / 1_000) };
  }
}

const tooLarge = ({ name }: QueueAddress, bytes: number): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_MESSAGE_TOO_LARGE',
    `A message to "${name}" is ${bytes} bytes with its attributes, but SQS accepts at most ${LARGEST}. Send less data, or store the payload ` +
      'elsewhere and send a reference.',
  );

const invalidDelay = (why: string): ThroughlineError =>
  new ThroughlineError('TL_SQS_DELAY_INVALID', `The delay of the message is invalid: ${why}.`);
