import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  type Message,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { ignoringListener } from 'throughline/conformance';
import {
  type InboundMessage,
  type Connection,
  type HandlerSpec,
  type RedrivePlan,
  type RedriveProgress,
  type TransportContext,
} from 'throughline/transport';
import { queue, sqs } from 'throughline/sqs';
import {
  topic,
  kafka,
  type KafkaDriver,
  type KafkaRecord,
  type OutgoingRecord,
} from 'throughline/kafka';
import { z } from 'zod';
import { unique, type TestBrokers } from '../brokers/test-brokers.js';

const schema = z.unknown();
const HANDLER = 'Orders.process';
/** The dead-letter header. */
export const DEAD_LETTER = JSON.stringify({
  source: 'orders',
  handler: HANDLER,
  reason: 'exhausted',
  time: '2026-11-27T00:00:00.000Z',
});

/** The kind of channel that stores dead letters. */
export type DeadLetterStore = 'topic' | 'queue' | 'queue.fifo';

/** Both brokers, as used by an application and as seen from outside. */
export class RedriveFixture {
  readonly #kafka: Connection;
  readonly #sqs: Connection;
  readonly #driver: KafkaDriver;
  readonly #client: SQSClient;

  private constructor(testBrokers: TestBrokers, kafka: Connection, sqs: Connection) {
    this.#driver = testBrokers.driver();
    this.#client = new SQSClient({
      ...testBrokers.sqsClient,
      md5: false,
      useQueueUrlAsEndpoint: false,
    });
    this.#kafka = kafka;
    this.#sqs = sqs;
  }

  static async open(testBrokers: TestBrokers): Promise<RedriveFixture> {
    const context: TransportContext = {
      name: unique('trip'),
      suppress: (call) => call(),
      health: { report: () => undefined, clear: () => undefined },
    };
    const [ofKafka, ofSqs] = await Promise.all([
      kafka({ driver: testBrokers.driver(), createMissing: true, partitions: 1 }).open(context),
      sqs({ client: testBrokers.sqsClient, createMissing: true, waitTime: '1s' }).open(context),
    ]);
    return new RedriveFixture(testBrokers, ofKafka, ofSqs);
  }

  async close(): Promise<void> {
    await this.#kafka.close();
    await this.#sqs.close();
    await this.#driver.close();
    this.#client.destroy();
  }

  /** Sends these records, dead-letters them, redrives them, and returns the content of the retry topic. */
  async records(
    records: readonly Omit<OutgoingRecord, 'topic'>[],
    storedIn: DeadLetterStore,
    plan: Partial<RedrivePlan> = {},
  ): Promise<{ readonly back: readonly KafkaRecord[]; readonly progress: RedriveProgress }> {
    const name = unique('orders');
    const handler = handlerOf(topic(name, { schema, tombstones: true }), storedIn);
    await this.#kafka.check([handler]);
    const producer = this.#driver.producer();
    const answers = await producer.send(records.map((record) => ({ ...record, topic: name })));
    const refused = answers.find(({ status }) => status === 'rejected');
    if (refused?.status === 'rejected') throw refused.reason;
    await producer.close();
    await this.#deadLetterAll(this.#kafka, handler, records.length);
    const progress = await this.#redrive(this.#kafka, handler, plan);
    const retries = this.#kafka.deadLettersOf(handler).replace(/dlq$/, 'retry');
    return { back: await this.#read(retries, progress.moved), progress };
  }

  /** The same for messages of SQS. Returns the content of the queue. */
  async messages(
    messages: readonly Partial<SendMessageCommandInput>[],
    storedIn: DeadLetterStore,
    ending: '' | '.fifo' = '',
  ): Promise<{ readonly back: readonly Message[]; readonly progress: RedriveProgress }> {
    const name = `${unique('orders')}${ending}`;
    const handler = handlerOf(queue(name, { schema }), storedIn);
    const { QueueUrl } = await this.#client.send(
      new CreateQueueCommand({
        QueueName: name,
        Attributes: ending === '.fifo' ? { FifoQueue: 'true' } : {},
      }),
    );
    for (const message of messages) {
      await this.#client.send(new SendMessageCommand({ MessageBody: '', ...message, QueueUrl }));
    }
    await this.#deadLetterAll(this.#sqs, handler, messages.length);
    const progress = await this.#redrive(this.#sqs, handler);
    return { back: await this.#receive(QueueUrl ?? '', progress.moved), progress };
  }

  /** Dead-letters every message. */
  async #deadLetterAll(connection: Connection, handler: HandlerSpec, count: number): Promise<void> {
    const source = connection.source({ handlers: [handler] });
    const all = Promise.withResolvers<undefined>();
    let stored = 0;
    const store = async (inbound: InboundMessage): Promise<void> => {
      inbound.detach?.();
      await this.#connectionFor(handler).storeDeadLetter({
        inbound,
        to: placeOf(handler),
        causes: [DEAD_LETTER],
      });
      await source.settle([{ inbound, outcome: { kind: 'ack', as: 'done' } }]);
      stored += 1;
      if (stored === count) all.resolve(undefined);
    };
    await source.start({
      capacity: () => 1_000,
      onCapacity: () => undefined,
      deliver: (inbounds) => {
        for (const inbound of inbounds) store(inbound).catch(all.reject);
      },
      drop: () => undefined,
      suspendStarts: () => Promise.resolve(),
      resumeStarts: () => undefined,
    });
    await all.promise;
    await source.stopReceiving();
    await source.stop(AbortSignal.timeout(5_000));
  }

  /** Redrives as `ThroughlineControl.redrive` does. */
  async #redrive(
    own: Connection,
    handler: HandlerSpec,
    plan: Partial<RedrivePlan> = {},
  ): Promise<RedriveProgress> {
    const storedIn = this.#connectionFor(handler);
    const { signal } = new AbortController();
    const target = { handler, to: 'handler', isDry: false, signal } as const;
    const redelivery = storedIn === own ? undefined : await own.redelivery?.(target);
    return storedIn.redrive({
      ...target,
      from: placeOf(handler),
      wants: () => true,
      turn: () => Promise.resolve(),
      onProgress: () => undefined,
      ...(redelivery && { deliver: (deadLetters) => redelivery.deliver(deadLetters) }),
      ...plan,
    });
  }

  #connectionFor({ options: { deadLetter } }: HandlerSpec): Connection {
    return typeof deadLetter === 'object' && deadLetter.kind === 'topic' ? this.#kafka : this.#sqs;
  }

  async #read(name: string, count: number): Promise<readonly KafkaRecord[]> {
    if (count === 0) return [];
    const seen: KafkaRecord[] = [];
    const all = Promise.withResolvers<undefined>();
    const consumer = this.#driver.consumer(
      {
        group: unique('reader'),
        topics: [name],
        from: 'earliest',
        sessionTimeout: 10_000,
        heartbeatInterval: 1_000,
        maxWait: 100,
        maxBytesPerPartition: 1_048_576,
      },
      {
        ...ignoringListener,
        records: (_, records) => {
          for (const record of records) record.detach?.();
          seen.push(...records);
          if (seen.length >= count) all.resolve(undefined);
        },
        down: all.reject,
      },
    );
    await consumer.start();
    await all.promise;
    await consumer.stop();
    return seen;
  }

  async #receive(QueueUrl: string, count: number): Promise<readonly Message[]> {
    const seen: Message[] = [];
    while (seen.length < count) {
      const { Messages = [] } = await this.#client.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          WaitTimeSeconds: 1,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      );
      seen.push(...Messages);
      for (const { ReceiptHandle } of Messages)
        await this.#client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    return seen;
  }
}

function handlerOf(
  channel: HandlerSpec['channel'],
  storedIn: DeadLetterStore,
): HandlerSpec<{ readonly group: string }> {
  const name = unique('dead');
  const deadLetter =
    storedIn === 'topic'
      ? topic(name, { schema })
      : queue(storedIn === 'queue.fifo' ? `${name}.fifo` : name, { schema });
  return { channel, name: HANDLER, options: { deadLetter, group: channel.name } };
}

function placeOf({ options: { deadLetter } }: HandlerSpec): string {
  if (typeof deadLetter !== 'object') throw new TypeError('These handlers name their places.');
  return deadLetter.name;
}
