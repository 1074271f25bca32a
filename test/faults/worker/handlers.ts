import { Controller, type Type } from '@nestjs/common';
import {
  Batch,
  MessageHandler,
  Publisher,
  type BatchSize,
  type Delivery,
  type Idempotency,
} from 'throughline';
import { exponential } from 'throughline';
import { queue } from 'throughline/sqs';
import { topic } from 'throughline/kafka';
import { redis } from 'throughline/redis';
import { jobSchema, type Job } from './job.js';
import { observedStore } from './observed-store.js';
import type { Tell } from './reports.js';
import type { SettledJobs } from './settled-jobs.js';
import type { Wish } from './wish.js';
import type { Work } from './work.js';

/** What a worker does, and where it notes what it has done. */
interface Parts {
  readonly wish: Wish;
  readonly work: Work;
  readonly settled: SettledJobs;
  readonly tell: Tell;
}

/** The controller of a worker, as a user would write it. */
export function handlerOf(parts: Parts): Type {
  const { batch } = parts.wish;
  return batch === undefined ? singleHandler(parts) : batchHandler(parts, batch);
}

const optionsOf = ({ wish, tell }: Parts) => ({
  concurrency: wish.concurrency,
  retry: {
    attempts: wish.attempts,
    backoff: exponential(wish.backoff.first, wish.backoff.longest),
  },
  deadLetter: wish.deadLetter,
  timeout: wish.timeout,
  ...(wish.idempotent !== undefined && { idempotent: idempotencyOf(wish.idempotent, tell) }),
});

const idempotencyOf = (
  { redis: url, lease, onUnavailable }: NonNullable<Wish['idempotent']>,
  tell: Tell,
): Idempotency<Job> => ({
  key: ({ id }) => id,
  store: observedStore(redis({ url }), tell),
  lease,
  onUnavailable,
});

const channelOptions = { schema: jobSchema, key: ({ key }: Job) => key };

function singleHandler(parts: Parts): Type {
  const { wish, work, settled } = parts;
  const options = optionsOf(parts);
  const onChannel =
    wish.kind === 'kafka'
      ? MessageHandler(topic(wish.channel, channelOptions), options)
      : MessageHandler(queue(wish.channel, channelOptions), options);

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

function batchHandler(parts: Parts, batch: BatchSize): Type {
  const { wish, work, settled } = parts;
  const options = { ...optionsOf(parts), batch };
  const onChannel =
    wish.kind === 'kafka'
      ? MessageHandler(topic(wish.channel, channelOptions), options)
      : MessageHandler(queue(wish.channel, channelOptions), options);

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
