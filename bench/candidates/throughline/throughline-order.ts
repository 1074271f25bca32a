import { Controller, Inject } from '@nestjs/common';
import { MessageHandler, Publisher } from 'throughline';
import { queue } from 'throughline/sqs';
import { topic } from 'throughline/kafka';
import { kafka } from 'throughline/kafka';
import { sqs } from 'throughline/sqs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Candidate } from '../candidate.js';
import { Anything, type Payload } from '../payload.js';
import { sqsConfig } from '../sdk/sdk-client.js';
import { WAIT_SECONDS } from '../sdk/sdk-polling.js';
import { throughlineApp } from './throughline-app.js';

/** The order story through ours: a handler on the queue that publishes to the topic; the delete is not its business. */
export const candidate: Candidate = async (task, meter) => {
  const { concurrency, handlerMs } = task;
  const newOrders = queue(task.queue, { schema: Anything });
  const orderEvents = topic(task.topic, { schema: Anything, key: (order) => order.order_id });

  @Controller()
  class OrderProcessor {
    constructor(@Inject(Publisher) private readonly publisher: Publisher) {}

    @MessageHandler(newOrders, { concurrency })
    async process(order: Payload): Promise<void> {
      meter.begin();
      if (handlerMs > 0) await pause(handlerMs);
      await this.publisher.publish(orderEvents, order);
      meter.count();
    }
  }

  const transports = [
    sqs({ waitTime: `${WAIT_SECONDS}s`, client: sqsConfig(task) }),
    kafka({ brokers: [task.kafka] }),
  ];
  const app = await throughlineApp(task, transports, [OrderProcessor]);
  return { stop: () => app.close() };
};
