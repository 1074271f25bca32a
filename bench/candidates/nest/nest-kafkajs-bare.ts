import 'reflect-metadata';
import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { handlerOf } from '../../worker/handler.js';
import type { Candidate } from '../candidate.js';
import { kafkaJsClient } from '../kafkajs/kafkajs-client.js';
import { logWarningsOnly } from './nest-logging.js';

/** An application without a transport: a Nest application with a provider that runs raw kafkajs. */
export const candidate: Candidate = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const consumer = kafkaJsClient(task).consumer({ groupId: task.group });

  @Injectable()
  class ConsumerRunner implements OnModuleInit {
    async onModuleInit(): Promise<void> {
      await consumer.connect();
      await consumer.subscribe({ topic: task.topic, fromBeginning: true });
      await consumer.run({
        eachMessage: async () => {
          await handle();
        },
      });
    }
  }

  @Module({ providers: [ConsumerRunner] })
  class AppModule {}

  logWarningsOnly();
  const app = await NestFactory.create(AppModule);
  await app.init();
  return {
    stop: async () => {
      await consumer.disconnect();
      await app.close();
    },
  };
};
