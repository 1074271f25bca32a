/** Handles ten messages at once on each broker, each for two seconds, and prints when one begins and ends. */
import 'reflect-metadata';
import { Controller, Module, type OnModuleDestroy } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { setTimeout as pause } from 'node:timers/promises';
import { connectTransports, MessageHandler, ThroughlineModule } from 'throughline';
import { queue, sqs } from 'throughline/sqs';
import { topic, kafka } from 'throughline/kafka';
import { z } from 'zod';

const { QUEUE = '', TOPIC = '', KAFKA_BROKERS = '', WORK_MS = '2000' } = process.env;
const tasks = queue(QUEUE, { schema: z.string() });
const events = topic(TOPIC, { schema: z.string() });

async function work(broker: string, name: string): Promise<void> {
  console.log(`begin ${broker} ${name}`);
  await pause(Number(WORK_MS));
  console.log(`end ${broker} ${name}`);
}

@Controller()
class Slow {
  @MessageHandler(tasks)
  task(name: string): Promise<void> {
    return work('sqs', name);
  }

  @MessageHandler(events)
  event(name: string): Promise<void> {
    return work('kafka', name);
  }
}

/** Another module of the application, which handlers may still need. */
@Module({})
class Database implements OnModuleDestroy {
  onModuleDestroy(): void {
    console.log('database destroyed');
  }
}

@Module({
  imports: [
    Database,
    ThroughlineModule.forRoot({
      name: 'ten-slow',
      defaults: { deadLetter: false },
      transports: [sqs({ waitTime: '1s' }), kafka({ brokers: [KAFKA_BROKERS] })],
    }),
  ],
  controllers: [Slow],
})
class AppModule {}

const app = await NestFactory.create(AppModule);
await connectTransports(app);
console.log('connected');
