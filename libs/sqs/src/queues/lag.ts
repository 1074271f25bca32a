import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { DESCRIBING, told } from '../client/failures.js';
import type { QueueAddress } from './queue-reference.js';

/** How many messages of a queue are not done yet: waiting, received, delayed. SQS' counts are approximate. */
export async function lagOf({ url, name }: QueueAddress, client: SQSClient): Promise<number> {
  try {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: url,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    return [
      Attributes.ApproximateNumberOfMessages,
      Attributes.ApproximateNumberOfMessagesNotVisible,
      Attributes.ApproximateNumberOfMessagesDelayed,
    ].reduce((sum, count) => sum + Number(count ?? 0), 0);
  } catch (error) {
    throw told(`counting the messages of "${name}"`, error, DESCRIBING);
  }
}
