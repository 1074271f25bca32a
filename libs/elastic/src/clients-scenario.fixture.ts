import 'elastic-apm-node/start.js';
import { createRequire } from 'node:module';
import { elastic } from './elastic.js';

/*
 * One message is handled; the handler sends to SQS and to Kafka through the vendors' own clients, which the agent instruments
 * when they are required. CLIENT_CALLS says whether the calls run in `quiet`.
 */

interface SqsSdk {
  readonly SQSClient: new (config: object) => {
    send(command: object): Promise<unknown>;
    destroy(): void;
  };
  readonly SendMessageCommand: new (input: object) => object;
  readonly ReceiveMessageCommand: new (input: object) => object;
  readonly ChangeMessageVisibilityCommand: new (input: object) => object;
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

const tracer = elastic();
const around = <R>(call: () => R): R =>
  process.env.CLIENT_CALLS === 'quiet' ? tracer.quiet(call) : call();
const queue = { QueueUrl: `${process.env.SQS_URL ?? ''}/1/my-order-queue` };
const sqs = new sdk.SQSClient({
  endpoint: process.env.SQS_URL,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
});
const producer = new kafkajs.Kafka({ brokers: ['127.0.0.1:1'], logLevel: 0 }).producer();

async function sendToSqs(): Promise<string> {
  const sending = tracer.send({
    system: 'sqs',
    destination: 'my-order-queue',
    region: 'eu-central-1',
  });
  const { traceparent = '' } = sending;
  const attributes = { traceparent: { DataType: 'String', StringValue: traceparent } };
  await around(() =>
    sqs.send(
      new sdk.SendMessageCommand({ ...queue, MessageBody: '{}', MessageAttributes: attributes }),
    ),
  );
  await around(() => sqs.send(new sdk.ReceiveMessageCommand(queue)));
  await around(() =>
    sqs.send(
      new sdk.ChangeMessageVisibilityCommand({
        ...queue,
        ReceiptHandle: 'r',
        VisibilityTimeout: 1,
      }),
    ),
  );
  sending.end();
  return traceparent;
}

/** Nothing is connected, and nothing needs to be: the agent's instrumentation works before the client does. */
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
  toSqs: await sendToSqs(),
  kafkaHeaderIsOurs: await sendToKafka(),
}));
work.end({ failed: false });
sqs.destroy();
await tracer.flush(AbortSignal.timeout(10_000));
console.log(JSON.stringify(result));
