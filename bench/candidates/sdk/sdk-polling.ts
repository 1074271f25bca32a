import {
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';

/** Short, so that the bench does not wait long for a poll to end. */
export const WAIT_SECONDS = 1;

const receive = (url: string): ReceiveMessageCommand =>
  new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: WAIT_SECONDS,
  });

const deleteAll = (url: string, messages: readonly Message[]): DeleteMessageBatchCommand =>
  new DeleteMessageBatchCommand({
    QueueUrl: url,
    Entries: messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
  });

/** One poller: receive ten, handle them at once, delete them in a batch. Ends after the poll in which `isStopped` became true. */
export async function pollUntilStopped(
  client: SQSClient,
  url: string,
  handle: () => void | Promise<void>,
  isStopped: () => boolean,
): Promise<void> {
  while (!isStopped()) {
    const { Messages = [] } = await client.send(receive(url));
    if (Messages.length === 0) continue;
    await Promise.all(Messages.map(async () => handle()));
    await client.send(deleteAll(url, Messages));
  }
}
