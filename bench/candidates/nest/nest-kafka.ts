import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, Payload, Transport, type MicroserviceOptions } from '@nestjs/microservices';
import { handlerOf } from '../../worker/handler.js';
import type { Candidate } from '../candidate.js';
import { logWarningsOnly } from './nest-logging.js';

/** Nest's built-in Kafka transport. */
export const candidate: Candidate = async (task, meter) => {
  const handle = handlerOf(task, meter);

  @Controller()
  class Handler {
    @EventPattern(task.topic)
    handle(@Payload() _payload: unknown): void | Promise<void> {
      return handle();
    }
  }

  @Module({ controllers: [Handler] })
  class AppModule {}

  logWarningsOnly();
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest’s own way to give options
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(AppModule, {
    transport: Transport.KAFKA,
    options: {
      client: { brokers: [task.kafka], clientId: task.group },
      consumer: { groupId: task.group },
      subscribe: { fromBeginning: true },
    },
  });
  await app.listen();
  return { stop: () => app.close() };
};
