import { Publisher } from 'throughline';
import { queue } from 'throughline/sqs';
import { sqs } from 'throughline/sqs';
import type { Candidate } from '../candidate.js';
import { Anything } from '../payload.js';
import { publishing } from './publishing.js';
import { sqsConfig } from '../sdk/sdk-client.js';
import { throughlineApp } from './throughline-app.js';

/** Our publisher on SQS. */
export const candidate: Candidate = async (task, meter) => {
  const app = await throughlineApp(task, [sqs({ client: sqsConfig(task) })]);
  const channel = queue(task.queue, { schema: Anything });
  await publishing(app.get(Publisher), channel, task, meter);
  return { stop: () => app.close() };
};
