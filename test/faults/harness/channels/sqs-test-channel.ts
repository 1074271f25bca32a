import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { jobSchema, type Job } from '../../worker/job.js';
import type { TestChannel } from './test-channel.js';
import type { DeadLetter } from '../ledger/result.js';

const AT_ONCE = 8;
const READ_VISIBILITY = '600';

/** A row's queue and its dead letters, through the AWS SDK only. */
export class SqsTestChannel implements TestChannel {
  readonly #client: SQSClient;
  #url = '';
  #deadLetterUrl = '';

  constructor(
    endpoint: string,
    readonly channel: string,
    private readonly options: {
      readonly isFifo: boolean;
      readonly visibility: number;
      /** How many attributes each message has. */
      readonly attributes: number;
    },
  ) {
    this.#client = new SQSClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      md5: false,
      useQueueUrlAsEndpoint: false,
      maxAttempts: 10,
    });
  }

  async open(): Promise<void> {
    this.#url = await this.#create(this.channel, String(this.options.visibility));
    await this.makeDeadLetterChannel();
  }

  /** Creates another standard queue. */
  async makeQueue(name: string): Promise<void> {
    await this.#client.send(new CreateQueueCommand({ QueueName: name }));
  }

  async send(jobs: readonly Job[]): Promise<void> {
    const { isFifo } = this.options;
    const tens = Array.from({ length: Math.ceil(jobs.length / 10) }, (_, ten) =>
      jobs.slice(ten * 10, (ten + 1) * 10),
    ).values();
    const sendTens = async (): Promise<void> => {
      for (const ten of tens) await this.#sendTen(ten);
    };
    // Concurrent requests may overtake each other. Where order matters, there is one at a time.
    await Promise.all(Array.from({ length: isFifo ? 1 : AT_ONCE }, sendTens));
  }

  async deadLetters(): Promise<readonly DeadLetter[]> {
    const deadLetters: DeadLetter[] = [];
    for (;;) {
      const { Messages = [] } = await this.#client.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#deadLetterUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 0,
          MessageAttributeNames: ['All'],
        }),
      );
      if (Messages.length === 0) return deadLetters;
      for (const { Body = '', MessageAttributes = {} } of Messages) {
        const { id } = jobSchema.parse(JSON.parse(Body));
        deadLetters.push({ id, header: MessageAttributes['dead-letter']?.StringValue ?? '' });
      }
    }
  }

  deadLetterCount(): Promise<number> {
    return this.#size(this.#deadLetterUrl);
  }

  left(): Promise<number> {
    return this.#size(this.#url);
  }

  async removeDeadLetterChannel(): Promise<void> {
    await this.#client.send(new DeleteQueueCommand({ QueueUrl: this.#deadLetterUrl }));
  }

  async makeDeadLetterChannel(): Promise<void> {
    const { channel, options } = this;
    const name = options.isFifo ? channel.replace(/\.fifo$/, '-dlq.fifo') : `${channel}-dlq`;
    this.#deadLetterUrl = await this.#create(name, READ_VISIBILITY);
  }

  close(): Promise<void> {
    this.#client.destroy();
    return Promise.resolve();
  }

  async #create(name: string, visibility: string): Promise<string> {
    const { QueueUrl = '' } = await this.#client.send(
      new CreateQueueCommand({
        QueueName: name,
        Attributes: {
          VisibilityTimeout: visibility,
          ...(this.options.isFifo && { FifoQueue: 'true' }),
        },
      }),
    );
    return QueueUrl;
  }

  async #sendTen(jobs: readonly Job[]): Promise<void> {
    const attributes = Object.fromEntries(
      Array.from({ length: this.options.attributes }, (_, index) => [
        `attribute-${index}`,
        { DataType: 'String', StringValue: String(index) },
      ]),
    );
    const { Failed = [] } = await this.#client.send(
      new SendMessageBatchCommand({
        QueueUrl: this.#url,
        Entries: jobs.map((job, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(job),
          MessageAttributes: attributes,
          ...(this.options.isFifo && { MessageGroupId: job.key, MessageDeduplicationId: job.id }),
        })),
      }),
    );
    if (Failed.length > 0) throw new Error(`SQS refused: ${JSON.stringify(Failed)}`);
  }

  async #size(url: string): Promise<number> {
    const { Attributes = {} } = await this.#client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    );
    return [
      Attributes.ApproximateNumberOfMessages,
      Attributes.ApproximateNumberOfMessagesNotVisible,
      Attributes.ApproximateNumberOfMessagesDelayed,
    ].reduce((sum, count) => sum + Number(count ?? 0), 0);
  }
}
