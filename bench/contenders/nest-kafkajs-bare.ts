import 'reflect-metadata';
import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { handlerOf } from '../worker/handler.js';
import type { Contender } from './contender.js';
import { kafkaJsClient } from './kafkajs-client.js';
import { logOnlyTrouble } from './nest-logging.js';

/** What one writes without a transport: a Nest application with a provider that runs raw kafkajs. */
export const contender: Contender = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const consumer = kafkaJsClient(task).consumer({ groupId: task.group });

  @Injectable()
  class Consumption implements OnModuleInit {
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

  @Module({ providers: [Consumption] })
  class AppModule {}

  logOnlyTrouble();
  const app = await NestFactory.create(AppModule);
  await app.init();
  return {
    stop: async () => {
      await consumer.disconnect();
      await app.close();
    },
  };
};
