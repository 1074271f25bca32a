import 'reflect-metadata';
import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { handlerOf } from '../../worker/handler.js';
import type { Candidate } from '../candidate.js';
import { logWarningsOnly } from './nest-logging.js';
import { queueUrl, sdkClient } from '../sdk/sdk-client.js';
import { pollUntilStopped } from '../sdk/sdk-polling.js';

/** An application without a transport: a Nest application with a provider that polls through the raw SDK. */
export const candidate: Candidate = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const client = sdkClient(task);
  let isStopped = false;
  let polling: Promise<void> | undefined;

  @Injectable()
  class Polling implements OnModuleInit {
    async onModuleInit(): Promise<void> {
      const url = await queueUrl(client, task);
      polling = pollUntilStopped(client, url, handle, () => isStopped);
    }
  }

  @Module({ providers: [Polling] })
  class AppModule {}

  logWarningsOnly();
  const app = await NestFactory.create(AppModule);
  await app.init();
  return {
    stop: async () => {
      isStopped = true;
      await polling;
      await app.close();
    },
  };
};
