import { randomUUID } from 'node:crypto';
import type { HeaderValue } from '#base';
import type { RawChannel, RawMessage } from './contract.js';
import type { HeldSends } from './held-sends.js';
import { textOf } from './item.js';
import { ask, type WireAttribute, type WireMessage } from './sqs-from-outside.fixture.js';
import type { SqsTraffic } from './sqs-traffic.fixture.js';

const DEAD_LETTERS_WITHIN = 30_000;

/** What is seen of a queue from outside. */
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
      await ask(this.endpoint, 'SendMessage', {
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
    const late = AbortSignal.timeout(DEAD_LETTERS_WITHIN);
    while (this.#seen.size < atLeast && !late.aborted) await this.#receiveDeadLetters(1);
    // One more look, for those that are too many.
    while ((await this.#receiveDeadLetters(0)) > 0);
    return [...this.#seen.values()];
  }

  async unsettled(): Promise<number> {
    return this.#count('', 'NotVisible', 'Delayed');
  }

  async handedOut(): Promise<number> {
    return this.#count('NotVisible');
  }

  /** SQS forgets the messages; the next prolongation is refused. */
  async takeAway(): Promise<void> {
    for (const ReceiptHandle of this.traffic.receipts(this.name).values()) {
      await ask(this.endpoint, 'DeleteMessage', { QueueUrl: this.urls.queue, ReceiptHandle });
    }
  }

  async handOutAgain(): Promise<void> {
    const before = new Map(this.traffic.receipts(this.name));
    for (const ReceiptHandle of before.values()) {
      const input = { QueueUrl: this.urls.queue, ReceiptHandle, VisibilityTimeout: 0 };
      await ask(this.endpoint, 'ChangeMessageVisibility', input);
    }
    const isReceivedAgain = ([id, receipt]: readonly [string, string]): boolean =>
      this.traffic.receipts(this.name).get(id) !== receipt;
    await this.traffic.until(() => [...before].some(isReceivedAgain));
  }

  holdSends(): () => void {
    return this.held.hold(this.name);
  }

  async refuseDeadLetters(): Promise<void> {
    await ask(this.endpoint, 'DeleteQueue', { QueueUrl: this.urls.deadLetters });
  }

  async takeDeadLetters(): Promise<void> {
    const QueueName = this.urls.deadLetters.split('/').at(-1);
    const Attributes = QueueName?.endsWith('.fifo') === true ? { FifoQueue: 'true' } : {};
    await ask(this.endpoint, 'CreateQueue', { QueueName, Attributes });
  }

  async #count(...which: readonly string[]): Promise<number> {
    const { Attributes = {} } = await ask(this.endpoint, 'GetQueueAttributes', {
      QueueUrl: this.urls.queue,
      AttributeNames: ['All'],
    });
    return which.reduce(
      (sum, name) => sum + Number(Attributes[`ApproximateNumberOfMessages${name}`] ?? 0),
      0,
    );
  }

  async #receiveDeadLetters(wait: number): Promise<number> {
    const { Messages = [] } = await ask(this.endpoint, 'ReceiveMessage', {
      QueueUrl: this.urls.deadLetters,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: wait,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    });
    for (const message of Messages) {
      this.#seen.set(message.MessageId, rawOfWire(message));
      const { ReceiptHandle } = message;
      await ask(this.endpoint, 'DeleteMessage', { QueueUrl: this.urls.deadLetters, ReceiptHandle });
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
