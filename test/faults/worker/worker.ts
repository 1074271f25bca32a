/** A process of the fault suite: an application with one handler, as a user would write it, that tells the harness what it does. */
import 'reflect-metadata';
import { Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { setTimeout as pause } from 'node:timers/promises';
import {
  connectTransports,
  exponential,
  MessageHandler,
  Publisher,
  queue,
  reasonOf,
  ThroughlineModule,
  topic,
  type Delivery,
} from 'throughline';
import { elastic } from 'throughline/elastic';
import { kafka, kafkaJs } from 'throughline/kafka';
import { sqs } from 'throughline/sqs';
import { none } from 'throughline/tracing';
import { jobSchema, type Job } from './job.js';
import { observedDriver } from './observed-driver.js';
import type { Report, Tell } from './reports.js';
import { SettledJobs } from './settled-jobs.js';
import { WISH, wishSchema } from './wish.js';

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

const options = {
  concurrency: wish.concurrency,
  retry: {
    attempts: wish.attempts,
    backoff: exponential(wish.backoff.first, wish.backoff.longest),
  },
  deadLetter: wish.deadLetter,
  timeout: wish.timeout,
};
const channelOptions = { schema: jobSchema, key: ({ key }: Job) => key };
const onChannel =
  wish.kind === 'kafka'
    ? MessageHandler(topic(wish.channel, channelOptions), options)
    : MessageHandler(queue(wish.channel, channelOptions), options);
const next = wish.publishTo === undefined ? undefined : topic(wish.publishTo, channelOptions);

@Controller()
class Worker {
  constructor(private readonly publisher: Publisher) {}

  @onChannel
  async handle(job: Job, delivery: Delivery<Job>): Promise<void> {
    const { id } = job;
    const { attempt, signal } = delivery;
    const onAbort = (): void => {
      void tell({ kind: 'aborted', id, attempt, reason: reasonOf(signal.reason) });
    };
    signal.addEventListener('abort', onAbort, { once: true });
    await tell({ kind: 'began', id, attempt });
    try {
      await pause(job.work, undefined, wish.obeys ? { signal } : {});
      if (attempt <= job.failures) throw new Error(`job ${id} fails, as it was told to`);
      if (next !== undefined) await this.publisher.publish(next, job);
    } catch (error) {
      await tell({ kind: 'failed', id, attempt });
      throw error;
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    settled.ended(delivery.message.id, id);
    await tell({ kind: 'ended', id, attempt });
  }
}

const driver = observedDriver(
  kafkaJs({ brokers: [wish.kafka], clientId: wish.name }),
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
            credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
          },
        }),
      ],
    }),
  ],
  controllers: [Worker],
})
class WorkerModule {}

// Who has no harness any more has nothing to do.
process.on('disconnect', () => process.exit(1));
const app = await NestFactory.create(WorkerModule);
await connectTransports(app, { shutdownTimeout: wish.shutdownTimeout });
await tell({ kind: 'ready' });
