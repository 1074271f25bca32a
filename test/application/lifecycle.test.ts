import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import {
  Controller,
  Injectable,
  type OnModuleDestroy,
  type OnModuleInit,
  type PipeTransform,
} from '@nestjs/common';
import { MessageHandler, Publisher } from 'throughline';
import { type Transport } from 'throughline/transport';
import { queue, sqs } from 'throughline/sqs';
import { topic, kafka } from 'throughline/kafka';
import { z } from 'zod';
import { KafkaTopic } from '../support/brokers/kafka-topic.js';
import { LogRecorder } from '../support/programs/log-recorder.js';
import { SqsQueue } from '../support/brokers/sqs-queue.js';
import { embeddedBrokers, unique, type TestBrokers } from '../support/brokers/test-brokers.js';
import { startApp } from '../support/programs/start-app.js';

let testBrokers: TestBrokers;
let outsideQueue: SqsQueue;
let outsideTopic: KafkaTopic;

jest.setTimeout(180_000);
beforeAll(async () => {
  testBrokers = await embeddedBrokers();
});
afterAll(() => testBrokers.close());

const transports = (): readonly Transport[] => [
  sqs({ client: testBrokers.sqsClient, waitTime: '1s' }),
  kafka({ driver: testBrokers.driver() }),
];

/** Each test's own channels, and their view from outside. */
async function channels(): Promise<{
  tasks: ReturnType<typeof queue>;
  events: ReturnType<typeof topic>;
}> {
  const [queueName, topicName] = [unique('tasks'), unique('events')];
  outsideQueue = await SqsQueue.open(testBrokers.sqsClient, queueName);
  outsideTopic = await KafkaTopic.open(testBrokers.driver(), topicName);
  const schema = z.unknown();
  return { tasks: queue(queueName, { schema }), events: topic(topicName, { schema }) };
}

describe('The life of an application with transports', () => {
  it('hands no message to a handler before every onModuleInit has run', async () => {
    const { tasks, events } = await channels();
    const logger = new LogRecorder();
    const steps: string[] = [];
    await outsideQueue.send('1');
    await outsideTopic.send('1');

    @Injectable()
    class SlowToBegin implements OnModuleInit {
      async onModuleInit(): Promise<void> {
        for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
        steps.push('ready');
      }
    }
    @Controller()
    class Handlers {
      @MessageHandler(tasks)
      task(): void {
        steps.push('task');
        logger.notify();
      }
      @MessageHandler(events)
      event(): void {
        steps.push('event');
        logger.notify();
      }
    }
    const app = await startApp({
      logger,
      controllers: [Handlers],
      providers: [SlowToBegin],
      throughline: { transports: transports() },
    });
    await logger.waitFor('both have come', () => steps.length === 3);
    await app.close();

    expect(steps[0]).toBe('ready');
    expect(steps.slice(1).toSorted()).toEqual(['event', 'task']);
  });

  it('runs global pipes, which main.ts sets, over messages of both brokers', async () => {
    const { tasks, events } = await channels();
    const logger = new LogRecorder();
    const seen: unknown[] = [];
    const shout: PipeTransform = {
      transform: (value: unknown) => (typeof value === 'string' ? value.toUpperCase() : value),
    };
    @Controller()
    class Handlers {
      @MessageHandler(tasks)
      task(value: unknown): void {
        seen.push(value);
        logger.notify();
      }
      @MessageHandler(events)
      event(value: unknown): void {
        seen.push(value);
        logger.notify();
      }
    }
    const app = await startApp({
      logger,
      controllers: [Handlers],
      throughline: { transports: transports() },
      prepare: (made) => made.useGlobalPipes(shout),
    });

    await outsideQueue.send('"task"');
    await outsideTopic.send('"event"');
    await logger.waitFor('both have come', () => seen.length === 2);
    await app.close();

    expect(seen.toSorted()).toEqual(['EVENT', 'TASK']);
  });

  it('drains within app.close(): handlers end, and may still publish, before any module is destroyed', async () => {
    const { tasks, events } = await channels();
    const after = topic(unique('after'), { schema: z.string() });
    const outsideAfter = await KafkaTopic.open(testBrokers.driver(), after.name);
    const logger = new LogRecorder();
    const steps: string[] = [];
    const work = Promise.withResolvers<undefined>();

    @Injectable()
    class Database implements OnModuleDestroy {
      onModuleDestroy(): void {
        steps.push('database destroyed');
      }
    }
    @Controller()
    class Handlers {
      constructor(private readonly publisher: Publisher) {}

      @MessageHandler(tasks)
      task(): Promise<void> {
        return this.#work('task');
      }
      @MessageHandler(events)
      event(): Promise<void> {
        return this.#work('event');
      }
      async #work(name: string): Promise<void> {
        steps.push(`${name} begins`);
        logger.notify();
        await work.promise;
        await this.publisher.publish(after, name);
        steps.push(`${name} ends`);
      }
    }
    const app = await startApp({
      logger,
      controllers: [Handlers],
      providers: [Database],
      throughline: { transports: transports() },
    });
    await outsideQueue.send('1');
    await outsideTopic.send('1');
    await logger.waitFor('both are at work', () => steps.length === 2);

    const closed = app.close();
    for (let turn = 0; turn < 100; turn += 1) await new Promise(setImmediate);
    const meanwhile = [...steps];
    work.resolve(undefined);
    await closed;

    expect(meanwhile.toSorted()).toEqual(['event begins', 'task begins']);
    expect(steps.slice(2, 4).toSorted()).toEqual(['event ends', 'task ends']);
    expect(steps.slice(4)).toEqual(['database destroyed']);
    expect(await outsideQueue.size()).toBe(0);
    expect(await outsideTopic.committed('test-app')).toEqual({ 0: 1 });
    expect(await outsideAfter.driver.describe([after.name])).toEqual(new Map([[after.name, 1]]));
  });

  it('gives back what has not begun when it closes', async () => {
    const { tasks } = await channels();
    const logger = new LogRecorder();
    const work = Promise.withResolvers<undefined>();
    let begun = 0;
    @Controller()
    class Handlers {
      @MessageHandler(tasks, { concurrency: 1 })
      async task(): Promise<void> {
        begun += 1;
        logger.notify();
        await work.promise;
      }
    }
    for (let count = 0; count < 5; count += 1) await outsideQueue.send(String(count));
    const app = await startApp({
      logger,
      controllers: [Handlers],
      throughline: { transports: transports() },
    });
    await logger.waitFor('one is at work', () => begun === 1);

    const closed = app.close();
    work.resolve(undefined);
    await closed;

    expect(begun).toBe(1);
    expect(await outsideQueue.size()).toBe(4);
  });
});
