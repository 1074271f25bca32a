import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SqsMessageHandler, SqsModule } from '@ssut/nestjs-sqs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Candidate } from '../candidates/candidate.js';
import { logWarningsOnly } from '../candidates/nest/nest-logging.js';
import { queueUrl, sdkClient } from '../candidates/sdk/sdk-client.js';
import { WAIT_SECONDS } from '../candidates/sdk/sdk-polling.js';
import { handlerOf } from '../worker/handler.js';

/** What @ssut/nestjs-sqs polls has to be over; its own end does not wait for it. */
const LAST_POLL_MS = (WAIT_SECONDS + 1) * 1_000;

/** @ssut/nestjs-sqs: sqs-consumer (an older one) behind a decorator. */
export const candidate: Candidate = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const client = sdkClient(task);
  const name = 'bench';

  @Injectable()
  class Handler {
    @SqsMessageHandler(name)
    async handle(message: unknown): Promise<unknown> {
      await handle();
      return message;
    }
  }

  const consumer = {
    name,
    queueUrl: await queueUrl(client, task),
    sqs: client,
    batchSize: 10,
    waitTimeSeconds: WAIT_SECONDS,
  };

  @Module({ imports: [SqsModule.register({ consumers: [consumer] })], providers: [Handler] })
  class AppModule {}

  logWarningsOnly();
  const app = await NestFactory.create(AppModule);
  await app.init();
  return {
    stop: async () => {
      await app.close();
      await pause(LAST_POLL_MS);
    },
  };
};
