import { Controller } from '@nestjs/common';
import { Batch, MessageHandler, type BatchSize } from 'throughline';
import { topic } from 'throughline/kafka';
import { kafka } from 'throughline/kafka';
import { handlerOf } from '../../worker/handler.js';
import type { Candidate } from '../candidate.js';
import { Anything, type Payload } from '../payload.js';
import { throughlineApp } from './throughline-app.js';

const HUNDRED: BatchSize = { size: 100, within: '20ms' };

/** Throughline on Kafka, with a handler for one message or for a batch of a hundred. */
export const candidate: Candidate = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const events = topic(task.topic, { schema: Anything });
  const { concurrency, takes } = task;

  @Controller()
  class OneByOne {
    @MessageHandler(events, { concurrency })
    handle(_payload: Payload): void | Promise<void> {
      return handle();
    }
  }

  @Controller()
  class InBatches {
    @MessageHandler(events, { concurrency, batch: HUNDRED })
    async handle(payloads: Batch<Payload>): Promise<void> {
      for (const _ of payloads) {
        const handled = handle();
        if (handled !== undefined) await handled;
      }
    }
  }

  @Controller()
  class EachOfABatch {
    @MessageHandler(events, { concurrency, batch: HUNDRED })
    handle(payloads: Batch<Payload>): Promise<void> {
      return payloads.each(handle);
    }
  }

  const handlers = {
    messages: OneByOne,
    batches: InBatches,
    'batches, each': EachOfABatch,
  };
  const app = await throughlineApp(task, [kafka({ brokers: [task.kafka] })], [handlers[takes]]);
  return { stop: () => app.close() };
};
