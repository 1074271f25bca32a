import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';

/** The client configuration for a local SQS. */
export const localSqs = (endpoint: string): SQSClientConfig & { region: string } => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** The same configuration as environment variables of the AWS SDK. */
export const localSqsEnv = (endpoint: string): Readonly<Record<string, string>> => ({
  AWS_REGION: 'us-east-1',
  AWS_ENDPOINT_URL_SQS: endpoint,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
});

/** A queue as seen from outside, through the SDK only. */
export class SqsQueue {
  readonly #client: SQSClient;

  private constructor(
    client: SQSClient,
    readonly url: string,
  ) {
    this.#client = client;
  }

  /** Creates the queue, or finds it. */
  static async open(
    config: SQSClientConfig,
    name: string,
    kind: 'standard' | 'fifo' = 'standard',
  ): Promise<SqsQueue> {
    const client = new SQSClient({ md5: false, useQueueUrlAsEndpoint: false, ...config });
    const { QueueUrl = '' } = await client.send(
      new CreateQueueCommand({
        QueueName: name,
        ...(kind === 'fifo' && { Attributes: { FifoQueue: 'true' } }),
      }),
    );
    return new SqsQueue(client, QueueUrl);
  }

  /** Sends exactly these characters. Returns the message's id. */
  async send(body: string): Promise<string> {
    const { MessageId = '' } = await this.#client.send(
      new SendMessageCommand({ QueueUrl: this.url, MessageBody: body }),
    );
    return MessageId;
  }

  /** The number of messages that are not deleted: waiting, received or delayed. */
  async size(): Promise<number> {
    const { Attributes = {} } = await this.#client.send(
      new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: ['All'] }),
    );
    return [
      Attributes.ApproximateNumberOfMessages,
      Attributes.ApproximateNumberOfMessagesNotVisible,
      Attributes.ApproximateNumberOfMessagesDelayed,
    ].reduce((sum, count) => sum + Number(count ?? 0), 0);
  }

  /** Receives and deletes all messages that are visible, and returns their bodies. */
  async drain(): Promise<readonly string[]> {
    const QueueUrl = this.url;
    const bodies: string[] = [];
    for (;;) {
      const { Messages = [] } = await this.#client.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
      );
      if (Messages.length === 0) return bodies;
      bodies.push(...Messages.map(({ Body = '' }) => Body));
      const Entries = Messages.map(({ ReceiptHandle }, at) => ({ Id: `${at}`, ReceiptHandle }));
      await this.#client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    }
  }

  close(): void {
    this.#client.destroy();
  }
}
