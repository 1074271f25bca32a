import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  type Message,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import apm from 'elastic-apm-node';
import type { Producer } from 'kafkajs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Meter } from '../worker/meter.js';
import type { Task } from '../worker/task.js';
import type { Contender } from './contender.js';
import { kafkaJsClient } from './kafkajs-client.js';
import { queueUrl, sdkClient } from './sdk-client.js';
import { WAIT_SECONDS } from './sdk-polling.js';

interface Loop {
  readonly client: SQSClient;
  readonly url: string;
  readonly producer: Producer;
  readonly task: Task;
  readonly meter: Meter;
}

/** One message, in a transaction that goes on with the trace it brought, as an article would have one write it. */
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

/** The order story as a straight loop: one message a poll, published and awaited, deleted and awaited; traced by the agent. */
export const contender: Contender = async (task, meter) => {
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
