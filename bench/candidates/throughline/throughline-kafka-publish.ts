import { Publisher } from 'throughline';
import { topic } from 'throughline/kafka';
import { kafka } from 'throughline/kafka';
import type { Candidate } from '../candidate.js';
import { Anything } from '../payload.js';
import { publishing } from './publishing.js';
import { throughlineApp } from './throughline-app.js';

/** Our publisher on Kafka. */
export const candidate: Candidate = async (task, meter) => {
  const channel = topic(task.topic, {
    schema: Anything,
    key: ({ order_id }) => `k${Number(order_id.slice('order-'.length)) % task.keys}`,
  });
  const app = await throughlineApp(task, [kafka({ brokers: [task.kafka] })]);
  await publishing(app.get(Publisher), channel, task, meter);
  return { stop: () => app.close() };
};
