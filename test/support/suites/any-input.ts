import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Controller, type INestApplication, type Type } from '@nestjs/common';
import {
  exponential,
  ThroughlineError,
  MessageHandler,
  Publisher,
  type Receipt,
  type Delivery,
  type Message,
} from 'throughline';
import { headersFrom, valuesOf } from '#base';
import { ConsumerRecorder } from 'throughline/conformance';
import { queue, sqs } from 'throughline/sqs';
import { topic, kafka } from 'throughline/kafka';
import { z } from 'zod';
import { publish, record, samples, thrown, type AnyPublish } from './any-values.js';
import { LogRecorder } from '../programs/log-recorder.js';
import { SqsQueue } from '../brokers/sqs-queue.js';
import { startApp } from '../programs/start-app.js';
import { unique, type OpenTestBrokers, type TestBrokers } from '../brokers/test-brokers.js';
import { until } from '../programs/until.js';

const SOON = exponential('10ms', '20ms');
const GROUPS = 50;
/** The longest log line that one message may cause. */
const LONGEST_LINE = 2_000;

/** Options of a consumer that reads all of a topic. */
const READER = {
  from: 'earliest',
  sessionTimeout: 30_000,
  heartbeatInterval: 3_000,
  maxWait: 100,
  maxBytesPerPartition: 1_048_576,
} as const;

type Handle = (payload: unknown, delivery: Delivery) => unknown;

/** A channel of one of the brokers, its application, and the number of its dead letters. */
interface Channel {
  readonly name: string;
  readonly app: INestApplication;
  readonly logger: LogRecorder;
  readonly seen: Message[];
  publish(input: AnyPublish): Promise<Receipt>;
  /** How many dead letters are stored. A store that its client repeated counts twice. */
  deadLetters(): Promise<number>;
  /** The bodies of the stored dead letters. Removes them from a queue. */
  deadLetterBodies(): Promise<readonly string[]>;
}

/** Opens a channel whose messages this function handles. */
type OpenChannel = (testBrokers: TestBrokers, handle: Handle) => Promise<Channel>;

const OPTIONS = {
  concurrency: 50,
  retry: { attempts: 1, backoff: SOON },
  deadLetter: true,
} as const;

/** The controller class. It records the messages that it receives. */
function controllerOf(decorate: MethodDecorator, take: Handle): Type {
  @Controller()
  class Anything {
    handle(payload: unknown, delivery: Delivery): unknown {
      return take(payload, delivery);
    }
  }
  const { prototype } = Anything;
  const descriptor = Object.getOwnPropertyDescriptor(prototype, 'handle');
  if (descriptor !== undefined) decorate(prototype, 'handle', descriptor);
  return Anything;
}

function taking(handle: Handle): {
  readonly logger: LogRecorder;
  readonly seen: Message[];
  readonly take: Handle;
} {
  const logger = new LogRecorder();
  const seen: Message[] = [];
  const take: Handle = (payload, delivery) => {
    seen.push(delivery.message);
    logger.notify();
    return handle(payload, delivery);
  };
  return { logger, seen, take };
}

const openQueue =
  (ending: '' | '.fifo'): OpenChannel =>
  async (testBrokers, handle) => {
    const name = unique('any');
    const channel = queue(`${name}${ending}`, { schema: z.unknown() });
    const { logger, seen, take } = taking(handle);
    const decorate = MessageHandler(channel, OPTIONS) as MethodDecorator;
    const app = await startApp({
      logger,
      controllers: [controllerOf(decorate, take)],
      throughline: {
        transports: [sqs({ client: testBrokers.sqsClient, waitTime: '1s', createMissing: true })],
      },
    });
    const deadLetters = await SqsQueue.open(
      testBrokers.sqsClient,
      `${name}-dlq${ending}`,
      ending === '' ? 'standard' : 'fifo',
    );
    return {
      name: channel.name,
      app,
      logger,
      seen,
      publish: ({ payload, options }) => app.get(Publisher).publish(channel, payload, options),
      deadLetters: () => deadLetters.size(),
      deadLetterBodies: () => deadLetters.drain(),
    };
  };

const openTopic: OpenChannel = async (testBrokers, handle) => {
  const name = unique('any');
  const channel = topic(name, { schema: z.unknown() });
  const { logger, seen, take } = taking(handle);
  const decorate = MessageHandler(channel, OPTIONS) as MethodDecorator;
  const app = await startApp({
    logger,
    controllers: [controllerOf(decorate, take)],
    throughline: { transports: [kafka({ driver: testBrokers.driver(), createMissing: true })] },
  });
  const outside = testBrokers.driver();
  const deadLetters = async (): Promise<number> => {
    const ends = await outside.offsets(`${name}.test-app.dlq`, 'latest');
    return [...ends.values()].reduce((sum, end) => sum + end, 0);
  };
  return {
    name,
    app,
    logger,
    seen,
    publish: ({ payload, options }) => app.get(Publisher).publish(channel, payload, options),
    deadLetters,
    deadLetterBodies: async () => {
      const recorder = new ConsumerRecorder();
      const consumer = outside.consumer(
        { ...READER, group: unique('reader'), topics: [`${name}.test-app.dlq`] },
        recorder,
      );
      const count = await deadLetters();
      await consumer.start();
      await recorder.until('all dead letters', () => recorder.seen.length >= count);
      await consumer.stop();
      return recorder.texts;
    },
  };
};

const codeOf = (reason: unknown): string =>
  reason instanceof ThroughlineError ? reason.code : `no code: ${String(reason)}`;

/** Whatever is published, sent or thrown, the process survives, and every message is either done or a dead letter. */
export function describeAnyInput(open: OpenTestBrokers, runs: number): void {
  jest.setTimeout(300_000);
  let testBrokers: TestBrokers;
  beforeAll(async () => {
    testBrokers = await open();
  });
  afterAll(() => testBrokers.close());

  describe.each([
    ['SQS', openQueue('')],
    ['SQS FIFO', openQueue('.fifo')],
    ['Kafka', openTopic],
  ])('%s', (broker, openChannel) => {
    it(`sends, or rejects with a code, each of ${runs} publishes, and handles what it has sent`, async () => {
      const channel = await openChannel(testBrokers, () => undefined);
      const inputs = samples(publish, runs).map(({ payload, options }, at) => ({
        payload,
        options: {
          publishTimeout: '60s',
          ...(broker === 'SQS FIFO' && { key: `group-${at % GROUPS}` }),
          ...options,
        },
      }));

      const answers = await Promise.allSettled(inputs.map((input) => channel.publish(input)));
      const sent = answers.flatMap((answer) =>
        answer.status === 'fulfilled' ? [answer.value.id] : [],
      );
      // A request that a client repeats, or a message that is redelivered, is handled twice.
      const missing = (): readonly string[] => {
        const seen = new Set(channel.seen.map(({ id }) => id));
        return sent.filter((id) => !seen.has(id));
      };
      await channel.logger.waitFor('all are handled', () => missing().length === 0);
      await channel.app.close();

      const codes = answers.flatMap((answer) =>
        answer.status === 'rejected' ? [codeOf(answer.reason)] : [],
      );
      for (const code of codes) expect(code).toMatch(/^TL_/);
      expect(codes.filter((code) => code.endsWith('_UNAVAILABLE'))).toEqual([]);
      expect(sent.length).toBeGreaterThan(runs / 4);
      expect(missing()).toEqual([]);
      expect(await channel.deadLetters()).toBe(0);
    });

    it(`ends each of ${runs} messages as done or as a dead letter, whatever its handler throws`, async () => {
      const values = samples(thrown, runs);
      const ends = { done: new Set<number>(), thrown: new Set<number>() };
      const channel = await openChannel(testBrokers, (at) => {
        if (typeof at !== 'number') throw new TypeError('no number');
        if (at % 2 === 0) {
          ends.done.add(at);
          return;
        }
        ends.thrown.add(at);
        throw values[at]?.();
      });

      await Promise.all(
        values.map((_, at) =>
          channel.publish({
            payload: at,
            options: { key: `k${at % GROUPS}`, publishTimeout: '60s' },
          }),
        ),
      );
      await until('all are stored', async () =>
        (await channel.deadLetters()) >= Math.floor(runs / 2) ? true : undefined,
      );
      await channel.logger.waitFor(
        'all are done',
        () => ends.done.size + ends.thrown.size === runs,
      );
      await channel.app.close();

      // A store that its client repeated on a busy machine leaves a second dead letter.
      const stored = new Set((await channel.deadLetterBodies()).map(Number));
      expect(ends.done.size).toBe(Math.ceil(runs / 2));
      expect(stored).toEqual(ends.thrown);
      for (const line of channel.logger.lines) expect(line.length).toBeLessThan(LONGEST_LINE);
    });
  });

  it(`hands out each of ${runs} records of other clients as it was sent, or keeps it as a dead letter`, async () => {
    const channel = await openTopic(testBrokers, () => undefined);
    const records = samples(record, runs);
    const producer = testBrokers.driver().producer();

    const answers = await producer.send(
      records.map(({ key, value, headers }) => ({
        topic: channel.name,
        key,
        value,
        headers: headersFrom(headers),
      })),
    );
    await until('all have come to their end', async () =>
      channel.seen.length + (await channel.deadLetters()) >= runs ? true : undefined,
    );
    await channel.app.close();
    await producer.close();

    const byId = new Map(channel.seen.map((message) => [message.id, message]));
    answers.forEach((answer, at) => {
      if (answer.status === 'rejected') throw answer.reason;
      const { topic: of, partition, offset } = answer.value;
      const message = byId.get(`${of}/${partition}/${offset}`);
      if (message === undefined) return; // no JSON: a dead letter, and counted above
      const { key = null, value = null, headers = [] } = records[at] ?? {};
      expect(hex(message.rawKey)).toBe(hex(key));
      expect(hex(message.raw)).toBe(hex(value));
      expect(flat(message.headers)).toEqual(flat(headersFrom(headers)));
    });
    expect(channel.seen.length).toBeGreaterThan(0);
  });
}

const hex = (bytes: Uint8Array | null): string | null =>
  bytes === null ? null : Buffer.from(bytes).toString('hex');

const flat = (headers: Message['headers']): readonly (readonly [string, readonly string[]])[] =>
  Object.entries(headers).map(([name, value]) => [
    name,
    valuesOf(value).map((one) => Buffer.from(one).toString('hex')),
  ]);
