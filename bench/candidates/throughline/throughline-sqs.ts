import { Controller } from '@nestjs/common';
import { MessageHandler } from 'throughline';
import { queue } from 'throughline/sqs';
import { sqs } from 'throughline/sqs';
import { handlerOf } from '../../worker/handler.js';
import type { Candidate } from '../candidate.js';
import { Anything, type Payload } from '../payload.js';
import { sqsConfig } from '../sdk/sdk-client.js';
import { WAIT_SECONDS } from '../sdk/sdk-polling.js';
import { throughlineApp } from './throughline-app.js';

/** Ours on SQS. */
export const candidate: Candidate = async (task, meter) => {
  const handle = handlerOf(task, meter);
  const { concurrency } = task;

  @Controller()
  class Handler {
    @MessageHandler(queue(task.queue, { schema: Anything }), { concurrency })
    handle(_payload: Payload): void | Promise<void> {
      return handle();
    }
  }

  const transport = sqs({ waitTime: `${WAIT_SECONDS}s`, client: sqsConfig(task) });
  const app = await throughlineApp(task, [transport], [Handler]);
  return { stop: () => app.close() };
};
