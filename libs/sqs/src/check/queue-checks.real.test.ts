import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { connectTransports, MessageHandler, ThroughlineModule } from 'throughline';
import { queue } from '../channel.js';
import { z } from 'zod';
import { sqs } from '../sqs.js';

const client = {
  endpoint: process.env.TEST_SQS ?? '',
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
};

afterEach(() => {
  jest.restoreAllMocks();
});

/** A queue whose own redrive policy moves a message away after so many receives. */
async function queueWithMaxReceiveCount(maxReceiveCount: number): Promise<string> {
  const outside = new SQSClient(client);
  const name = `max-receive-count-${randomUUID()}`;
  await outside.send(new CreateQueueCommand({ QueueName: `${name}-dlq` }));
  const deadLetterTargetArn = `arn:aws:sqs:elasticmq:000000000000:${name}-dlq`;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
  await outside.send(new CreateQueueCommand({ QueueName: name, Attributes: { RedrivePolicy } }));
  outside.destroy();
  return name;
}

/** Starts an application with a handler of five attempts, and stops it. Resolves with its warnings. */
async function startOn(name: string): Promise<readonly string[]> {
  const channel = queue(name, { schema: z.object({ id: z.string() }) });
  @Controller()
  class Orders {
    @MessageHandler(channel, { retry: { attempts: 5 } })
    handle(_: { id: string }): void {
      return;
    }
  }
  @Module({})
  class Root {}
  const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
  const transports = [sqs({ client, waitTime: '1s' })];
  const throughline = ThroughlineModule.forRoot({ name: 'checks', transports });
  const app = await NestFactory.create(
    { module: Root, imports: [throughline], controllers: [Orders] },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest’s own way to give options
    { logger: false, abortOnError: false },
  );
  try {
    await connectTransports(app, { signals: [] });
  } finally {
    await app.close();
  }
  return warn.mock.calls.map(([line]) => String(line)).filter((line) => line.includes(name));
}

describe('a queue with a redrive policy', () => {
  it('is refused at start if it moves messages away before the last attempt', async () => {
    const name = await queueWithMaxReceiveCount(4);

    await expect(startOn(name)).rejects.toMatchObject({ code: 'TL_SQS_REDRIVE_TOO_EARLY' });
  });

  it('causes a warning that names a safe number if it leaves no receives for crashes and restarts', async () => {
    const warnings = await startOn(await queueWithMaxReceiveCount(24));

    expect(warnings).toEqual([
      expect.stringMatching(/ is 24, .*Raise maxReceiveCount to at least 25\./),
    ]);
  });

  it('causes no warning otherwise', async () => {
    expect(await startOn(await queueWithMaxReceiveCount(25))).toEqual([]);
  });
});
