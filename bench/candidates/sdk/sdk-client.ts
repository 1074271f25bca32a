import { GetQueueUrlCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import type { Task } from '../../worker/task.js';

export const sqsConfig = ({ sqs }: Pick<Task, 'sqs'>): SQSClientConfig => ({
  endpoint: sqs,
  region: 'us-east-1',
  credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
});

/** The bare client with its defaults. */
export const sdkClient = (task: Pick<Task, 'sqs'>): SQSClient => new SQSClient(sqsConfig(task));

export async function queueUrl(client: SQSClient, { queue }: Pick<Task, 'queue'>): Promise<string> {
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: queue }));
  if (QueueUrl === undefined) throw new Error(`There is no queue ${queue}.`);
  return QueueUrl;
}
