import 'reflect-metadata';
import { Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { connectTransports, ThroughlineModule } from 'throughline';
import { type Transport } from 'throughline/transport';
import type { Task } from '../../worker/task.js';
import { logWarningsOnly } from '../nest/nest-logging.js';
import { tracerOf } from './tracer.js';

/** An application as a user writes it: the module, the transports, one controller. */
export async function throughlineApp(
  task: Task,
  transports: readonly Transport[],
  controllers: readonly Type[] = [],
): Promise<INestApplicationContext> {
  @Module({
    imports: [
      ThroughlineModule.forRoot({
        name: task.group,
        tracer: await tracerOf(task),
        transports,
        defaults: { deadLetter: false },
      }),
    ],
    controllers: [...controllers],
  })
  class AppModule {}

  logWarningsOnly();
  const app = await NestFactory.create(AppModule);
  await connectTransports(app);
  return app;
}
