import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Contender } from './contender.js';
import { messageCount, payloadOf } from './payload.js';
import { queueUrl, sdkClient } from './sdk-client.js';

const TEN = 10;

/** The raw SDK: sends one after another, or all at once in batches of ten. */
export const contender: Contender = async (task, meter) => {
  const client = sdkClient(task);
  const url = await queueUrl(client, task);
  const bodies = Array.from({ length: messageCount(task) }, (_, number) =>
    JSON.stringify(payloadOf(number)),
  );

  const eachAwaited = async (): Promise<void> => {
    for (const MessageBody of bodies) {
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
      meter.count();
    }
  };
  const sendTen = async (from: number): Promise<void> => {
    const ten = bodies.slice(from, from + TEN);
    const Entries = ten.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    for (const _ of ten) meter.count();
  };
  const inTens = async (): Promise<void> => {
    const tens = Array.from({ length: Math.ceil(bodies.length / TEN) }, (_, index) => index * TEN);
    await Promise.all(tens.map(sendTen));
  };

  await client.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: JSON.stringify(payloadOf(messageCount(task))),
    }),
  );
  meter.count();
  meter.begin();
  await (task.manner === 'each awaited' ? eachAwaited() : inTens());
  return {
    stop: () => {
      client.destroy();
      return Promise.resolve();
    },
  };
};
