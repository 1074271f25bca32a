import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
  type Message,
  type SendMessageBatchRequestEntry,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import {
  type Connection,
  type HandlerSpec,
  type RedrivePlan,
  type TransportContext,
} from 'throughline/transport';
import { queue, type QueueHandlerOptions, type QueueTerms } from '../channel.js';
import { z } from 'zod';
import { SqsConnection } from '../connection.js';

const CONTEXT: TransportContext = {
  name: 'redrive-test',
  suppress: (call) => call(),
  health: { report: () => undefined, clear: () => undefined },
};

export const localClient = (endpoint: string): SQSClientConfig => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** A handler of this queue. What a killed redrive had in hand is there again after its visibility. */
export const handlerOf = (
  name: string,
  visibility: '2s' | '30s',
): HandlerSpec<QueueHandlerOptions> => ({
  channel: queue(name, { schema: z.unknown() }),
  options: { visibility },
  name: 'OrderProcessor.process',
});

export const deadLettersOf = (name: string): string =>
  name.endsWith('.fifo') ? name.replace(/\.fifo$/, '-dlq.fifo') : `${name}-dlq`;

/** A connection, and the plan of a redrive that moves all there is, as far as the test does not say otherwise. */
export const connect = (config: SQSClientConfig): Connection<QueueTerms> =>
  new SqsConnection({ client: config, waitTime: '1s' }, CONTEXT);

export const planFor = (name: string, wish: Partial<RedrivePlan> = {}): RedrivePlan => ({
  handler: handlerOf(name, '2s'),
  from: deadLettersOf(name),
  to: 'handler',
  wants: () => true,
  isDry: false,
  turn: () => Promise.resolve(),
  signal: new AbortController().signal,
  onProgress: () => undefined,
  ...wish,
});

/** What a test sends; the rest is ordinary. */
export type Sent = Omit<SendMessageBatchRequestEntry, 'Id'>;

/** A queue and its dead letters, as seen from outside. */
export class TwoQueues {
  private constructor(
    readonly name: string,
    readonly connection: Connection,
    private readonly client: SQSClient,
    private readonly urls: { readonly queue: string; readonly deadLetters: string },
  ) {}

  static async open(endpoint: string, ending: '' | '.fifo'): Promise<TwoQueues> {
    const config = localClient(endpoint);
    const client = new SQSClient({ ...config, md5: false, useQueueUrlAsEndpoint: false });
    const name = `q-${randomUUID()}${ending}`;
    const make = async (QueueName: string): Promise<string> => {
      const Attributes = ending === '.fifo' ? { FifoQueue: 'true' } : {};
      const { QueueUrl = '' } = await client.send(
        new CreateQueueCommand({ QueueName, Attributes }),
      );
      return QueueUrl;
    };
    const urls = { queue: await make(name), deadLetters: await make(deadLettersOf(name)) };
    return new TwoQueues(name, connect(config), client, urls);
  }

  /** Puts dead letters there; on FIFO the group is the letter's own, or the wish's. */
  async die(letters: readonly Sent[]): Promise<void> {
    const isFifo = this.name.endsWith('.fifo');
    for (let at = 0; at < letters.length; at += 10) {
      const Entries = letters.slice(at, at + 10).map((letter, index) => ({
        Id: String(index),
        ...(isFifo && { MessageGroupId: `g${at + index}`, MessageDeduplicationId: randomUUID() }),
        ...letter,
      }));
      const { Failed = [] } = await this.client.send(
        new SendMessageBatchCommand({ QueueUrl: this.urls.deadLetters, Entries }),
      );
      if (Failed.length > 0) throw new Error(JSON.stringify(Failed));
    }
  }

  /** Receives and deletes all that is visible; nothing is hidden at the time. */
  async take(which: 'queue' | 'deadLetters'): Promise<readonly Message[]> {
    const all: Message[] = [];
    const QueueUrl = this.urls[which];
    for (;;) {
      const { Messages = [] } = await this.client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 0,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) return all;
      all.push(...Messages);
      for (const { ReceiptHandle } of Messages)
        await this.client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }

  async close(): Promise<void> {
    await this.connection.close();
    this.client.destroy();
  }
}

export const bodiesOf = (messages: readonly Message[]): readonly string[] =>
  messages.map(({ Body = '' }) => Body).sort();
