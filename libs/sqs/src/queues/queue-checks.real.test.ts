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

/** A queue of ElasticMQ whose own redrive policy gives a message up after so many receives. */
async function queueThatGivesUpAfter(maxReceiveCount: number): Promise<string> {
  const outside = new SQSClient(client);
  const name = `gives-up-${randomUUID()}`;
  await outside.send(new CreateQueueCommand({ QueueName: `${name}-dlq` }));
  const deadLetterTargetArn = `arn:aws:sqs:elasticmq:000000000000:${name}-dlq`;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
  await outside.send(new CreateQueueCommand({ QueueName: name, Attributes: { RedrivePolicy } }));
  outside.destroy();
  return name;
}

/** Starts an application with a handler of five attempts, and stops it again; tells what it warned of. */
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

describe('a queue whose own redrive policy', () => {
  it('gives up before the attempts are used up is refused at start', async () => {
    const name = await queueThatGivesUpAfter(4);

    await expect(startOn(name)).rejects.toMatchObject({ code: 'TL_SQS_REDRIVE_TOO_EARLY' });
  });

  it('gives up before what crashes and restarts add is warned of, with the number that is safe', async () => {
    const warnings = await startOn(await queueThatGivesUpAfter(24));

    expect(warnings).toEqual([expect.stringMatching(/after 24 receives .*: 25 are safe/)]);
  });

  it('gives up later is neither', async () => {
    expect(await startOn(await queueThatGivesUpAfter(25))).toEqual([]);
  });
});
