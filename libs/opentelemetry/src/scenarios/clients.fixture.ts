import { createRequire } from 'node:module';
import { opentelemetry } from '../opentelemetry.js';

/*
 * Handles one message. The handler sends to SQS and to Kafka with the vendors' own clients, which Elastic's distribution
 * instruments when they are loaded with `require`. CLIENT_CALLS says whether these calls are suppressed.
 */

interface SqsSdk {
  readonly SQSClient: new (config: object) => {
    send(command: object): Promise<unknown>;
    destroy(): void;
  };
  readonly SendMessageCommand: new (input: object) => object;
  readonly SendMessageBatchCommand: new (input: object) => object;
  readonly ReceiveMessageCommand: new (input: object) => object;
}
interface Message {
  readonly value: string;
  readonly headers: Record<string, string>;
}
interface KafkaJs {
  readonly Kafka: new (config: object) => {
    producer(): { send(record: { topic: string; messages: Message[] }): Promise<unknown> };
  };
}

const load = createRequire(import.meta.url);
const sdk = load('@aws-sdk/client-sqs') as SqsSdk;
const kafkajs = load('kafkajs') as KafkaJs;

const tracer = opentelemetry();
const around = <R>(call: () => R): R =>
  process.env.CLIENT_CALLS === 'suppressed' ? tracer.suppress(call) : call();
const queue = { QueueUrl: `${process.env.SQS_URL ?? ''}/1/my-order-queue` };
const sqs = new sdk.SQSClient({
  endpoint: process.env.SQS_URL,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
});
const producer = new kafkajs.Kafka({ brokers: ['127.0.0.1:1'], logLevel: 0 }).producer();

const attributesOf = (traceparent: string): object => ({
  MessageAttributes: { traceparent: { DataType: 'String', StringValue: traceparent } },
});

async function sendToSqs(): Promise<string> {
  const sending = tracer.send({ system: 'sqs', destination: 'my-order-queue' });
  const { traceparent = '' } = sending;
  const message = { ...queue, MessageBody: '{}', ...attributesOf(traceparent) };
  await around(() => sqs.send(new sdk.SendMessageCommand(message)));
  await around(() => sqs.send(new sdk.ReceiveMessageCommand(queue)));
  sending.end();
  return traceparent;
}

async function sendBatchToSqs(): Promise<readonly string[]> {
  const sendings = ['a', 'b'].map((Id) => {
    const sending = tracer.send({ system: 'sqs', destination: 'my-order-queue' });
    return { Id, sending, traceparent: sending.traceparent ?? '' };
  });
  const entries = sendings.map(({ Id, traceparent }) => ({
    Id,
    MessageBody: '{}',
    ...attributesOf(traceparent),
  }));
  await around(() => sqs.send(new sdk.SendMessageBatchCommand({ ...queue, Entries: entries })));
  for (const { sending } of sendings) sending.end();
  return sendings.map(({ traceparent }) => traceparent);
}

/** No client is connected. None has to be, because the instrumentation acts before the client does. */
async function sendToKafka(): Promise<boolean> {
  const sending = tracer.send({ system: 'kafka', destination: 'order_events' });
  const { traceparent = '' } = sending;
  const message: Message = { value: '{}', headers: { traceparent } };
  await around(() => producer.send({ topic: 'order_events', messages: [message] })).catch(
    () => undefined,
  );
  sending.end();
  return message.headers.traceparent === traceparent;
}

const work = tracer.process(
  { system: 'sqs', destination: 'in', id: 'm-1' },
  { handler: 'A.b', attempt: 1 },
);
const result = await work.run(async () => ({
  toSqs: [await sendToSqs(), ...(await sendBatchToSqs())],
  kafkaHeaderIsOurs: await sendToKafka(),
}));
work.end({ failed: false, labels: { outcome: 'ack' } });
sqs.destroy();
const { lost } = await tracer.flush(AbortSignal.timeout(10_000));
console.log(JSON.stringify({ ...result, lost }));
