import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { Logger } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SharedRequests, ThroughlineError, within, type Outbound, type Receipt } from 'throughline';
import { attributesOf } from './attributes.js';
import { isAway, told, unavailable } from './failures.js';
import type { QueueAddress } from './queue.js';
import { withContext } from './trace-attributes.js';

const MAX_ENTRIES = 10;
/** What every SQS takes in one request; AWS itself takes 1 MiB by now. */
const MAX_BYTES = 256 * 1_024;
const IN_FLIGHT = 8;
const LONGEST_DELAY = 15 * 60 * 1_000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 2_000;

type Entry = Omit<SendMessageBatchRequestEntry, 'Id'>;

/** Sends to one queue: what is sent at once shares requests, and an outage is waited out for as long as a send may take. */
export class Sender {
  readonly #client: SQSClient;
  readonly #queue: QueueAddress;
  readonly #requests: SharedRequests<Entry, Receipt>;
  readonly #log = new Logger('Throughline');
  #hasToldOfContext = false;

  constructor(client: SQSClient, queue: QueueAddress, quiet: <R>(clientCall: () => R) => R) {
    this.#client = client;
    this.#queue = queue;
    this.#requests = new SharedRequests({
      // Requests side by side overtake each other, and a FIFO group keeps the order in which SQS takes its messages.
      inFlight: queue.isFifo ? 1 : IN_FLIGHT,
      fit: howManyFit,
      send: (entries) => quiet(() => this.#request(entries)),
    });
  }

  /** @throws ThroughlineError `TL_SQS_UNAVAILABLE`, `TL_SQS_REFUSED`, `TL_SQS_HEADER_INVALID`, `TL_SQS_GROUP_MISSING` */
  async send(message: Outbound): Promise<Receipt> {
    const entry = this.#entryOf(message);
    const doing = `sending to "${this.#queue.name}"`;
    const deadline = Date.now() + message.timeout;
    for (let wait = FIRST_PAUSE; ; wait = Math.min(LONGEST_PAUSE, wait * 2)) {
      try {
        return await within(deadline - Date.now(), this.#requests.send(entry, deadline), () =>
          unavailable(doing, new Error(`no answer within ${message.timeout / 1_000} s`)),
        );
      } catch (error) {
        if (!isAway(error) || Date.now() + wait >= deadline) throw told(doing, error);
        await pause(wait);
      }
    }
  }

  async #request(entries: readonly Entry[]): Promise<PromiseSettledResult<Receipt>[]> {
    const { Successful = [], Failed = [] } = await this.#client.send(
      new SendMessageBatchCommand({
        QueueUrl: this.#queue.url,
        Entries: entries.map((entry, index) => ({ ...entry, Id: String(index) })),
      }),
    );
    const answers = entries.map((): PromiseSettledResult<Receipt> => noAnswer);
    for (const { Id, MessageId = '' } of Successful) {
      answers[Number(Id)] = { status: 'fulfilled', value: { id: MessageId } };
    }
    for (const { Id, Code = '', Message = '' } of Failed) {
      answers[Number(Id)] = { status: 'rejected', reason: this.#refused(Code, Message) };
    }
    return answers;
  }

  #entryOf(message: Outbound): Entry {
    const { attributes, isWhole } = withContext(attributesOf(message.headers), message);
    if (!isWhole && !this.#hasToldOfContext) {
      this.#hasToldOfContext = true;
      this.#log.warn(
        `Messages to "${this.#queue.name}" have so many attributes that their trace context is left out, whole or in part: ` +
          'SQS takes ten.',
      );
    }
    return {
      MessageBody: Buffer.from(message.body).toString('utf8'),
      ...(Object.keys(attributes).length > 0 && { MessageAttributes: attributes }),
      ...this.#groupOf(message),
      ...this.#delayOf(message),
    };
  }

  #delayOf({ delay }: Outbound): Partial<Entry> {
    if (delay === undefined) return {};
    if (delay > LONGEST_DELAY) throw invalidDelay('SQS delays a message by 15 min at most');
    if (this.#queue.isFifo) throw invalidDelay('a FIFO queue has no delay for a single message');
    return { DelaySeconds: Math.ceil(delay / 1_000) };
  }

  #groupOf({ key, deduplicationId }: Outbound): Partial<Entry> {
    if (!this.#queue.isFifo) return {};
    if (key !== null)
      return { MessageGroupId: key, MessageDeduplicationId: deduplicationId ?? randomUUID() };
    throw new ThroughlineError(
      'TL_SQS_GROUP_MISSING',
      `"${this.#queue.name}" is a FIFO queue, and what is sent there needs a group: give its channel a key, ` +
        `queue('${this.#queue.channel}', { schema, key: (payload) => … }).`,
    );
  }

  #refused(code: string, message: string): ThroughlineError {
    return new ThroughlineError(
      'TL_SQS_REFUSED',
      `SQS refuses a message to "${this.#queue.name}": ${code}: ${message}`,
    );
  }
}

const invalidDelay = (why: string): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_DELAY_INVALID',
    `The message cannot be sent with this delay: ${why}.`,
  );

const noAnswer: PromiseSettledResult<Receipt> = {
  status: 'rejected',
  reason: new ThroughlineError('TL_SQS_REFUSED', 'SQS said nothing about this message.'),
};

const sizeOf = ({ MessageBody, MessageAttributes = {} }: Entry): number =>
  Object.entries(MessageAttributes).reduce(
    (sum, [name, { StringValue, BinaryValue }]) =>
      sum + name.length + 6 + (BinaryValue?.length ?? Buffer.byteLength(StringValue ?? '')),
    Buffer.byteLength(MessageBody ?? ''),
  );

/** As many as make up one request: ten, and what SQS takes in bytes. */
function howManyFit(waiting: readonly Entry[]): number {
  let bytes = 0;
  let count = 0;
  for (const entry of waiting.slice(0, MAX_ENTRIES)) {
    bytes += sizeOf(entry);
    if (bytes > MAX_BYTES && count > 0) break;
    count += 1;
  }
  return count;
}
