import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import apm from 'elastic-apm-node';
import type { Producer } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Meter } from '../../worker/meter.js';
import type { Task } from '../../worker/task.js';
import type { Candidate } from '../candidate.js';
import { kafkaJsClient } from '../kafkajs/kafkajs-client.js';
import { queueUrl, sdkClient } from './sdk-client.js';
import { WAIT_SECONDS } from './sdk-polling.js';

interface Loop {
  readonly client: SQSClient;
  readonly url: string;
  readonly producer: Producer;
  readonly task: Task;
  readonly meter: Meter;
}

/** Handles one message in a transaction that continues the message's trace, as a typical article shows it. */
async function processOne(
  { client, url, producer, task, meter }: Loop,
  message: Message,
): Promise<void> {
  meter.begin();
  const childOf = message.MessageAttributes?.traceparent?.StringValue;
  const transaction = apm.startTransaction(`SQS RECEIVE from ${task.queue}`, 'messaging', {
    ...(childOf !== undefined && { childOf }),
  });
  if (task.handlerMs > 0) await pause(task.handlerMs);
  await producer.send({
    topic: task.topic,
    messages: [{ key: message.MessageId ?? null, value: message.Body ?? null }],
  });
  await client.send(
    new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }),
  );
  transaction.end('success');
  meter.count();
}

async function loopUntil(loop: Loop, isStopped: () => boolean): Promise<void> {
  const receive = new ReceiveMessageCommand({
    QueueUrl: loop.url,
    MaxNumberOfMessages: 1,
    WaitTimeSeconds: WAIT_SECONDS,
    MessageAttributeNames: ['All'],
  });
  while (!isStopped()) {
    const { Messages: [message] = [] } = await loop.client.send(receive);
    if (message !== undefined) await processOne(loop, message);
  }
}

/** The order story as a plain loop: one message per poll, with awaited publish and delete, traced by the agent. */
export const candidate: Candidate = async (task, meter) => {
  const client = sdkClient(task);
  const producer = kafkaJsClient(task).producer();
  await producer.connect();
  const url = await queueUrl(client, task);
  let isStopped = false;
  const looping = loopUntil({ client, url, producer, task, meter }, () => isStopped);
  return {
    stop: async () => {
      isStopped = true;
      await looping;
      await producer.disconnect();
    },
  };
};
