import { randomUUID } from 'node:crypto';
import type { HeaderValue } from '#base';
import type { RawChannel, RawMessage } from '../contract.js';
import type { HeldSends } from '../fixture/held-sends.js';
import { textOf } from '../fixture/item.js';
import { callSqs, type WireAttribute, type WireMessage } from './sqs-wire.fixture.js';
import type { SqsTraffic } from './sqs-traffic.fixture.js';

const DEAD_LETTER_TIMEOUT_MS = 30_000;

/** A queue as seen from outside. */
export class SqsChannel implements RawChannel {
  readonly #seen = new Map<string, RawMessage>();

  constructor(
    readonly name: string,
    private readonly endpoint: string,
    private readonly urls: { readonly queue: string; readonly deadLetters: string },
    private readonly traffic: SqsTraffic,
    private readonly held: HeldSends,
  ) {}

  async send(messages: readonly RawMessage[]): Promise<void> {
    for (const message of messages) {
      await callSqs(this.endpoint, 'SendMessage', {
        QueueUrl: this.urls.queue,
        MessageBody: textOf(message),
        MessageAttributes: attributesOf(message),
        ...(this.name.endsWith('.fifo') && {
          MessageGroupId: message.key ?? 'none',
          MessageDeduplicationId: randomUUID(),
        }),
      });
    }
  }

  async deadLetters(atLeast: number): Promise<readonly RawMessage[]> {
    const late = AbortSignal.timeout(DEAD_LETTER_TIMEOUT_MS);
    while (this.#seen.size < atLeast && !late.aborted) await this.#receiveDeadLetters(1);
    // Receive once more, to find any that were not expected.
    while ((await this.#receiveDeadLetters(0)) > 0);
    return [...this.#seen.values()];
  }

  async unsettled(): Promise<number> {
    return this.#count('', 'NotVisible', 'Delayed');
  }

  async inFlight(): Promise<number> {
    return this.#count('NotVisible');
  }

  /** Deletes the messages in progress, so that SQS refuses to extend their visibility. */
  async revokeInProgress(): Promise<void> {
    for (const ReceiptHandle of this.traffic.receipts(this.name).values()) {
      await callSqs(this.endpoint, 'DeleteMessage', { QueueUrl: this.urls.queue, ReceiptHandle });
    }
  }

  async redeliver(): Promise<void> {
    const before = new Map(this.traffic.receipts(this.name));
    for (const ReceiptHandle of before.values()) {
      const input = { QueueUrl: this.urls.queue, ReceiptHandle, VisibilityTimeout: 0 };
      await callSqs(this.endpoint, 'ChangeMessageVisibility', input);
    }
    const isReceivedAgain = ([id, receipt]: readonly [string, string]): boolean =>
      this.traffic.receipts(this.name).get(id) !== receipt;
    await this.traffic.until(() => [...before].some(isReceivedAgain));
  }

  holdSends(): () => void {
    return this.held.hold(this.name);
  }

  async refuseDeadLetters(): Promise<void> {
    await callSqs(this.endpoint, 'DeleteQueue', { QueueUrl: this.urls.deadLetters });
  }

  async acceptDeadLetters(): Promise<void> {
    const QueueName = this.urls.deadLetters.split('/').at(-1);
    const Attributes = QueueName?.endsWith('.fifo') === true ? { FifoQueue: 'true' } : {};
    await callSqs(this.endpoint, 'CreateQueue', { QueueName, Attributes });
  }

  async #count(...which: readonly string[]): Promise<number> {
    const { Attributes = {} } = await callSqs(this.endpoint, 'GetQueueAttributes', {
      QueueUrl: this.urls.queue,
      AttributeNames: ['All'],
    });
    return which.reduce(
      (sum, name) => sum + Number(Attributes[`ApproximateNumberOfMessages${name}`] ?? 0),
      0,
    );
  }

  async #receiveDeadLetters(wait: number): Promise<number> {
    const { Messages = [] } = await callSqs(this.endpoint, 'ReceiveMessage', {
      QueueUrl: this.urls.deadLetters,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: wait,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    });
    for (const message of Messages) {
      this.#seen.set(message.MessageId, rawOfWire(message));
      const { ReceiptHandle } = message;
      await callSqs(this.endpoint, 'DeleteMessage', {
        QueueUrl: this.urls.deadLetters,
        ReceiptHandle,
      });
    }
    return Messages.length;
  }
}

const attributesOf = ({ headers }: RawMessage): Readonly<Record<string, WireAttribute>> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === 'string'
        ? { DataType: 'String', StringValue: value }
        : { DataType: 'Binary', BinaryValue: Buffer.from(value as Uint8Array).toString('base64') },
    ]),
  );

const valueOf = ({ StringValue, BinaryValue = '' }: WireAttribute): HeaderValue =>
  StringValue ?? new Uint8Array(Buffer.from(BinaryValue, 'base64'));

const rawOfWire = ({ Body, MessageAttributes = {}, Attributes }: WireMessage): RawMessage => ({
  body: Buffer.from(Body),
  key: Attributes?.MessageGroupId ?? null,
  headers: Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, attribute]) => [name, valueOf(attribute)]),
  ),
});
