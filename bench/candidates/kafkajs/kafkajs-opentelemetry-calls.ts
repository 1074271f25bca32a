import { api } from '@opentelemetry/sdk-node';
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { handlerOf } from '../../worker/handler.js';
import type { Task } from '../../worker/task.js';
import type { Candidate } from '../candidate.js';
import { kafkaJsConsumer } from './kafkajs-client.js';
import { startSdk } from '../opentelemetry-sdk.js';

const inHeaders: api.TextMapGetter<IHeaders> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, name) => headers[name]?.toString(),
};

interface Position {
  readonly partition: number;
  readonly message: KafkaMessage;
}

/** The attributes of Throughline's spans, with the names of the semantic conventions. */
const attributesOf = (
  { topic, group }: Task,
  { partition, message: { offset, key, timestamp } }: Position,
): api.Attributes => ({
  'messaging.system': 'kafka',
  'messaging.operation.name': 'process',
  'messaging.operation.type': 'process',
  'messaging.destination.name': topic,
  'messaging.destination.partition.id': String(partition),
  'messaging.consumer.group.name': group,
  'messaging.kafka.offset': Number(offset),
  'messaging.kafka.message.key': String(key),
  'messaging.message.id': `${topic}/${partition}/${offset}`,
  'bench.queue_time_ms': Math.max(0, Date.now() - Number(timestamp)),
  'bench.handler': 'OneByOne.handle',
  'bench.attempt': 1,
});

/** The cost of the API's and the SDK's calls by themselves: raw kafkajs in batches, and a manual span for each message. */
export const candidate: Candidate = async (task, meter) => {
  startSdk();
  const { context, propagation, ROOT_CONTEXT, SpanKind, trace } = api;
  const tracer = trace.getTracer('bench');
  const handle = handlerOf(task, meter);
  const consumer = await kafkaJsConsumer(task);
  await consumer.run({
    eachBatch: async ({ batch: { messages, partition } }) => {
      for (const message of messages) {
        const parent = propagation.extract(ROOT_CONTEXT, message.headers ?? {}, inHeaders);
        const attributes = attributesOf(task, { partition, message });
        const span = tracer.startSpan(
          `process ${task.topic}`,
          { kind: SpanKind.CONSUMER, attributes },
          parent,
        );
        const handled = context.with(trace.setSpan(parent, span), handle);
        if (handled !== undefined) await handled;
        span.setAttribute('bench.outcome', 'ack');
        span.end();
      }
    },
  });
  return { stop: () => consumer.disconnect() };
};
