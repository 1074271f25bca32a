import 'elastic-apm-node/start.js';
import { createRequire } from 'node:module';
import { isDeepStrictEqual } from 'node:util';
import type { Sending } from 'throughline/tracing';
import { elastic } from '../elastic.js';

/*
 * Handles one message. The handler sends to SQS and to Kafka with the vendors' own clients, which the agent instruments when they
 * are loaded with `require`. CLIENT_CALLS says whether these calls are suppressed.
 */

interface SqsSdk {
  readonly SQSClient: new (config: object) => {
    send(command: object): Promise<unknown>;
    destroy(): void;
  };
  readonly SendMessageCommand: new (input: object) => object;
  readonly SendMessageBatchCommand: new (input: object) => object;
  readonly DeleteMessageCommand: new (input: object) => object;
  readonly DeleteMessageBatchCommand: new (input: object) => object;
  readonly ReceiveMessageCommand: new (input: object) => object;
  readonly ChangeMessageVisibilityCommand: new (input: object) => object;
}
interface Message {
  readonly value: string;
  readonly headers: Record<string, string>;
}
interface Topic {
  readonly topic: string;
  readonly messages: Message[];
}
interface KafkaJs {
  readonly Kafka: new (config: object) => {
    producer(): {
      send(record: Topic): Promise<unknown>;
      sendBatch(batch: { topicMessages: Topic[] }): Promise<unknown>;
    };
  };
}

const load = createRequire(import.meta.url);
const sdk = load('@aws-sdk/client-sqs') as SqsSdk;
const kafkajs = load('kafkajs') as KafkaJs;

const tracer = elastic();
const around = <R>(call: () => R): R =>
  process.env.CLIENT_CALLS === 'suppressed' ? tracer.suppress(call) : call();
const queue = { QueueUrl: `${process.env.SQS_URL ?? ''}/1/my-order-queue` };
const sqs = new sdk.SQSClient({
  endpoint: process.env.SQS_URL,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
});
const producer = new kafkajs.Kafka({ brokers: ['127.0.0.1:1'], logLevel: 0 }).producer();

const systemFacts = { label: 'SQS' };
const toSqs = {
  system: 'sqs',
  systemFacts,
  destination: 'my-order-queue',
  region: 'eu-central-1',
};
const toKafka = { system: 'kafka', destination: 'order_events' };
const attributesOf = ({ traceparent = '' }: Sending): object => ({
  traceparent: { DataType: 'String', StringValue: traceparent },
});
const own = (sendings: readonly Sending[]): readonly (string | undefined)[] => {
  for (const sending of sendings) sending.end();
  return sendings.map(({ traceparent }) => traceparent);
};

async function sendToSqs(): Promise<readonly (string | undefined)[]> {
  const single = tracer.send(toSqs);
  const command = { ...queue, MessageBody: '{}', MessageAttributes: attributesOf(single) };
  await around(() => sqs.send(new sdk.SendMessageCommand(command)));
  const batch = [tracer.send(toSqs), tracer.send(toSqs)];
  const Entries = batch.map((sending, index) => ({
    Id: String(index),
    MessageBody: '{}',
    MessageAttributes: attributesOf(sending),
  }));
  await around(() => sqs.send(new sdk.SendMessageBatchCommand({ ...queue, Entries })));
  return own([single, ...batch]);
}

async function receiveAndSettle(): Promise<void> {
  const receipt = { ...queue, ReceiptHandle: 'r' };
  const Entries = [{ Id: '0', ReceiptHandle: 'r' }];
  for (const command of [
    new sdk.ReceiveMessageCommand(queue),
    new sdk.ChangeMessageVisibilityCommand({ ...receipt, VisibilityTimeout: 1 }),
    new sdk.DeleteMessageCommand(receipt),
    new sdk.DeleteMessageBatchCommand({ ...queue, Entries }),
  ])
    await around(() => sqs.send(command));
}

/** No client is connected. None has to be, because the agent's instrumentation acts before the client does. */
async function sendToKafka(): Promise<boolean> {
  const sendings = [tracer.send(toKafka), tracer.send(toKafka)];
  const [first, second] = sendings.map(({ traceparent = '' }): Topic => ({
    topic: 'order_events',
    messages: [{ value: '{}', headers: { traceparent } }],
  }));
  if (first === undefined || second === undefined) return false;
  await around(() => producer.send(first)).catch(() => undefined);
  await around(() => producer.sendBatch({ topicMessages: [second] })).catch(() => undefined);
  const written = [first, second].map(({ messages }) => messages[0]?.headers.traceparent);
  return isDeepStrictEqual(written, own(sendings));
}

const work = tracer.process(
  { system: 'sqs', systemFacts, destination: 'in', id: 'm-1' },
  { handler: 'A.b', attempt: 1 },
);
const result = await work.run(async () => {
  const sent = { toSqs: await sendToSqs(), kafkaHeadersAreOurs: await sendToKafka() };
  await receiveAndSettle();
  return sent;
});
work.end({ failed: false });
sqs.destroy();
await tracer.flush(AbortSignal.timeout(10_000));
console.log(JSON.stringify(result));
