import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Candidate } from '../candidate.js';
import { messageCount, payloadOf } from '../payload.js';
import { queueUrl, sdkClient } from './sdk-client.js';

const TEN = 10;

/** The raw SDK: sends one after another, or all at once in batches of ten. */
export const candidate: Candidate = async (task, meter) => {
  const client = sdkClient(task);
  const url = await queueUrl(client, task);
  const eachAwaited = async (bodies: readonly string[]): Promise<void> => {
    for (const MessageBody of bodies) {
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
      meter.count();
    }
  };
  const sendTen = async (ten: readonly string[]): Promise<void> => {
    const Entries = ten.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
    await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    for (const _ of ten) meter.count();
  };
  const inTens = async (bodies: readonly string[]): Promise<void> => {
    const tens = Array.from({ length: Math.ceil(bodies.length / TEN) }, (_, index) =>
      bodies.slice(index * TEN, (index + 1) * TEN),
    );
    await Promise.all(tens.map(sendTen));
  };
  const send = task.manner === 'each awaited' ? eachAwaited : inTens;

  await send(bodiesOf(task.warmUp));
  const bodies = bodiesOf(messageCount(task));
  meter.begin();
  await send(bodies);
  return {
    stop: () => {
      client.destroy();
      return Promise.resolve();
    },
  };
};

const bodiesOf = (length: number): readonly string[] =>
  Array.from({ length }, (_, number) => JSON.stringify(payloadOf(number)));
