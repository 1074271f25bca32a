import { Controller, type Type } from '@nestjs/common';
import {
  Batch,
  MessageHandler,
  Publisher,
  type BatchSize,
  type Delivery,
  type Idempotency,
  exponential,
} from 'throughline';
import { queue } from 'throughline/sqs';
import { topic } from 'throughline/kafka';
import { redis } from 'throughline/redis';
import { brokerOf } from '../harness/target.js';
import { jobSchema, type Job } from './job.js';
import { observedStore } from './observed-store.js';
import type { SendReport } from './reports.js';
import type { SettledJobs } from './settled-jobs.js';
import type { WorkerSettings } from './worker-settings.js';
import type { Work } from './work.js';

/** The parts of a worker that its handler uses. */
interface Parts {
  readonly settings: WorkerSettings;
  readonly work: Work;
  readonly settled: SettledJobs;
  readonly sendReport: SendReport;
}

/** The controllers of a worker, as a user would write them: one for each of its channels. */
export function handlersOf(parts: Parts): Type[] {
  const { batch, channel, otherChannel } = parts.settings;
  const channels = otherChannel === undefined ? [channel] : [channel, otherChannel];
  return channels.map((name) =>
    batch === undefined ? singleHandler(name, parts) : batchHandler(name, parts, batch),
  );
}

const optionsOf = (channel: string, { settings, sendReport }: Parts) => ({
  name: channel,
  concurrency: settings.concurrency,
  retry: {
    attempts: settings.attempts,
    backoff: exponential(settings.backoff.first, settings.backoff.longest),
  },
  deadLetter: settings.deadLetter,
  timeout: settings.timeout,
  ...(settings.idempotent !== undefined && {
    idempotent: idempotencyOf(settings.idempotent, sendReport),
  }),
});

const idempotencyOf = (
  { redis: url, lease, onUnavailable }: NonNullable<WorkerSettings['idempotent']>,
  sendReport: SendReport,
): Idempotency<Job> => ({
  key: ({ id }) => id,
  store: observedStore(redis({ url }), sendReport),
  lease,
  onUnavailable,
});

const channelOptions = { schema: jobSchema, key: ({ key }: Job) => key };

function singleHandler(channel: string, parts: Parts): Type {
  const { settings, work, settled } = parts;
  const options = optionsOf(channel, parts);
  const onChannel =
    brokerOf(settings.target) === 'kafka'
      ? MessageHandler(topic(channel, channelOptions), options)
      : MessageHandler(queue(channel, channelOptions), options);

  @Controller()
  class SingleHandler {
    constructor(private readonly publisher: Publisher) {}

    @onChannel
    async handle(job: Job, delivery: Delivery<Job>): Promise<void> {
      await work.run(job, delivery, this.publisher);
      settled.ended(delivery.message.id, job.id);
    }
  }
  return SingleHandler;
}

function batchHandler(channel: string, parts: Parts, batch: BatchSize): Type {
  const { settings, work, settled } = parts;
  const options = { ...optionsOf(channel, parts), batch };
  const onChannel =
    brokerOf(settings.target) === 'kafka'
      ? MessageHandler(topic(channel, channelOptions), options)
      : MessageHandler(queue(channel, channelOptions), options);

  @Controller()
  class BatchHandler {
    constructor(private readonly publisher: Publisher) {}

    @onChannel
    async handle(jobs: Batch<Job>): Promise<void> {
      const done: Delivery<Job>[] = [];
      await jobs.each(async (job, delivery) => {
        await work.run(job, delivery, this.publisher);
        done.push(delivery);
      });
      // A batch is settled as a whole, when its handler has returned.
      for (const { message } of done) settled.ended(message.id, message.payload.id);
    }
  }
  return BatchHandler;
}
