/** A process of the fault suite: an application with one handler, as a user would write it, that tells the harness what it does. */
import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { connectTransports, ThroughlineModule } from 'throughline';
import { elastic } from 'throughline/elastic';
import { kafka, kafkaJs } from 'throughline/kafka';
import { sqs } from 'throughline/sqs';
import { none } from 'throughline/tracing';
import { credentialsOf } from './credentials.js';
import { handlerOf } from './handlers.js';
import { observedDriver } from './observed-driver.js';
import type { Report, Tell } from './reports.js';
import { SettledJobs } from './settled-jobs.js';
import { WISH, wishSchema } from './wish.js';
import { Work } from './work.js';

const wish = wishSchema.parse(JSON.parse(process.env[WISH] ?? '{}'));
const settled = new SettledJobs();

const tell: Tell = (report: Report) =>
  new Promise((resolve, reject) => {
    if (process.send === undefined) throw new Error('A worker is started by the fault suite.');
    process.send(report, undefined, {}, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });

const driver = observedDriver(
  kafkaJs({ brokers: wish.kafka.split(','), clientId: wish.name }),
  tell,
  settled,
);

@Module({
  imports: [
    ThroughlineModule.forRoot({
      name: wish.group,
      tracer: wish.tracer === 'elastic' ? elastic() : none(),
      transports: [
        kafka({ driver, sessionTimeout: wish.sessionTimeout }),
        sqs({
          waitTime: '1s',
          client: {
            endpoint: wish.sqs,
            region: 'us-east-1',
            credentials: credentialsOf(wish.credentials),
          },
        }),
      ],
    }),
  ],
  controllers: [handlerOf({ wish, settled, tell, work: new Work(wish, tell) })],
})
class WorkerModule {}

// Who has no harness any more has nothing to do.
process.on('disconnect', () => process.exit(1));
const app = await NestFactory.create(WorkerModule);
await connectTransports(app, { shutdownTimeout: wish.shutdownTimeout });
await tell({ kind: 'ready' });
