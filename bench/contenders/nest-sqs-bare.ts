import 'reflect-metadata';
import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { handlerOf } from '../worker/handler.js';
import type { Contender } from './contender.js';
import { logOnlyTrouble } from './nest-logging.js';
import { queueUrl, sdkClient } from './sdk-client.js';
import { pollUntilStopped } from './sdk-polling.js';

/** What one writes without a transport: a Nest application with a provider that polls through the raw SDK. */
export const contender: Contender = async (task, meter) => {
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

  logOnlyTrouble();
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
