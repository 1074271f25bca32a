import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Controller, Injectable, type Type } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { MessageHandler, ThroughlineError } from 'throughline';
import { queue, SQS, sqs } from 'throughline/sqs';
import type { AnyChannel, Transport } from 'throughline/transport';
import { topic, kafka } from 'throughline/kafka';
import { z } from 'zod';
import { KafkaTopic } from '../brokers/kafka-topic.js';
import { SqsQueue } from '../brokers/sqs-queue.js';
import { unique, type OpenTestBrokers, type TestBrokers } from '../brokers/test-brokers.js';
import { startApp, type AppOptions } from '../programs/start-app.js';

const schema = z.object({ id: z.string() });

type Decorate = (
  target: object,
  key: string,
  descriptor: TypedPropertyDescriptor<() => void>,
) => void;

/** The configuration errors that prevent a start, reported before the first message is received. */
export function describeStartErrors(open: OpenTestBrokers): void {
  jest.setTimeout(120_000);
  let testBrokers: TestBrokers;
  const existing = queue(unique('existing'), { schema });
  const events = topic(unique('events'), { schema });
  const missingQueue = queue(unique('missing'), { schema });
  const missingTopic = topic(unique('missing'), { schema });

  beforeAll(async () => {
    testBrokers = await open();
    await SqsQueue.open(testBrokers.sqsClient, existing.name);
    await KafkaTopic.open(testBrokers.driver(), events.name);
  });
  afterAll(() => testBrokers.close());

  const both = (): readonly Transport[] => [
    sqs({ client: testBrokers.sqsClient, waitTime: '1s' }),
    kafka({ driver: testBrokers.driver() }),
  ];

  /** The error that a start fails with. */
  const refusal = async (
    options: Pick<AppOptions, 'controllers' | 'providers'>,
    transports: readonly Transport[] = both(),
  ): Promise<ThroughlineError> => {
    const error: unknown = await startApp({ ...options, throughline: { transports } }).then(
      async (app) => {
        await app.close();
        throw new Error('It has started.');
      },
      (reason: unknown) => reason,
    );
    if (error instanceof ThroughlineError) return error;
    throw error;
  };

  const controller = (...handlers: readonly Decorate[]): Type => {
    @Controller()
    class Handlers {
      first(): void {
        return;
      }
      second(): void {
        return;
      }
      third(): void {
        return;
      }
    }
    handlers.forEach((decorate, index) => {
      const name = ['first', 'second', 'third'][index] ?? '';
      const descriptor = Object.getOwnPropertyDescriptor(Handlers.prototype, name);
      if (descriptor) decorate(Handlers.prototype, name, descriptor);
    });
    return Handlers;
  };

  const onEvents = (group?: string): Decorate =>
    MessageHandler(events, group === undefined ? {} : { group });

  describe('each has a code and a way out', () => {
    it('two handlers of one queue', async () => {
      const Handlers = controller(MessageHandler(existing), MessageHandler(existing));

      const { code, message } = await refusal({ controllers: [Handlers] });

      expect(code).toBe('TL_HANDLER_DUPLICATE');
      expect(message).toContain('Handlers.first');
      expect(message).toContain('Handlers.second');
      expect(message).toContain(existing.name);
    });

    it('two handlers of one queue under two names', async () => {
      const alias = queue('another-name', { schema });
      const Handlers = controller(MessageHandler(existing), MessageHandler(alias));
      const mapped = sqs({
        client: testBrokers.sqsClient,
        waitTime: '1s',
        queues: { 'another-name': existing.name },
      });

      const { code } = await refusal({ controllers: [Handlers] }, [mapped]);

      expect(code).toBe('TL_HANDLER_DUPLICATE');
    });

    it('a handler of ours and a plain @EventPattern of the same queue', async () => {
      @Controller()
      class Handlers {
        @MessageHandler(existing)
        ours(): void {
          return;
        }
        @EventPattern(existing.name, SQS)
        nests(@Payload() payload: unknown): unknown {
          return payload;
        }
      }

      const { code } = await refusal({ controllers: [Handlers] });

      expect(code).toBe('TL_HANDLER_DUPLICATE');
    });

    it.each([
      ['the group of the application', undefined],
      ['a group of their own', 'audit'],
    ])('two handlers of one topic in %s', async (_, group) => {
      const Handlers = controller(onEvents(group), onEvents(group));

      const { code, message } = await refusal({ controllers: [Handlers] });

      expect(code).toBe('TL_HANDLER_DUPLICATE');
      expect(message).toContain(events.name);
      expect(message).toMatch(/another group|its own group/);
    });

    it('a handler whose transport nobody registered', async () => {
      const Handlers = controller(onEvents());

      const { code, message } = await refusal({ controllers: [Handlers] }, [
        sqs({ client: testBrokers.sqsClient, waitTime: '1s' }),
      ]);

      expect(code).toBe('TL_TRANSPORT_MISSING');
      expect(message).toContain('Handlers.first');
      expect(message).toContain('Add kafka() from throughline/kafka to the transports');
    });

    it('a handler in a provider, which Nest would never call', async () => {
      @Injectable()
      class Service {
        @MessageHandler(existing)
        handle(): void {
          return;
        }
      }

      const { code, message } = await refusal({ providers: [Service] });

      expect(code).toBe('TL_HANDLER_OUTSIDE_CONTROLLER');
      expect(message).toContain('Service.handle');
      expect(message).toContain('@Controller()');
    });

    it('a queue that does not exist', async () => {
      const { code, message } = await refusal({
        controllers: [controller(MessageHandler(missingQueue))],
      });

      expect(code).toBe('TL_SQS_QUEUE_MISSING');
      expect(message).toContain(missingQueue.name);
      expect(message).toContain('createMissing');
    });

    it('a topic that does not exist', async () => {
      const { code, message } = await refusal({
        controllers: [controller(MessageHandler(missingTopic))],
      });

      expect(code).toBe('TL_KAFKA_TOPIC_MISSING');
      expect(message).toContain(missingTopic.name);
      expect(message).toContain('createMissing');
    });
  });

  describe.each<[string, (deadLetter: AnyChannel) => Decorate]>([
    ['a queue', (deadLetter) => MessageHandler(existing, { deadLetter })],
    ['a topic', (deadLetter) => MessageHandler(events, { deadLetter })],
  ])('include the dead-letter channel that a handler on %s names', (_, handler) => {
    it.each<[string, AnyChannel, string]>([
      ['queue', missingQueue, 'TL_SQS_QUEUE_MISSING'],
      ['topic', missingTopic, 'TL_KAFKA_TOPIC_MISSING'],
    ])('if it is a %s that does not exist', async (_kind, deadLetter, missing) => {
      const { code, message } = await refusal({ controllers: [controller(handler(deadLetter))] });

      // A handler on a topic also needs the topic for redriven messages, so there may be several errors.
      const [error] = `${code}: ${message}`
        .split('\n')
        .filter((line) => line.includes(`"${deadLetter.name}"`));
      expect(error).toContain(`${missing}: `);
      expect(error).toContain('deadLetter: false');
    });
  });

  it('are reported together, in a line each', async () => {
    @Injectable()
    class Service {
      @MessageHandler(existing)
      handle(): void {
        return;
      }
    }
    const Handlers = controller(
      MessageHandler(missingQueue),
      MessageHandler(missingTopic),
      onEvents(),
    );

    const { code, message } = await refusal({
      controllers: [Handlers, controller(onEvents())],
      providers: [Service],
    });

    expect(code).toBe('TL_START_REFUSED');
    expect(message.split('\n').map((line) => /^ {2}(TL_\w+): /.exec(line)?.[1])).toEqual([
      undefined,
      'TL_HANDLER_DUPLICATE',
      'TL_HANDLER_OUTSIDE_CONTROLLER',
      'TL_SQS_QUEUE_MISSING',
      'TL_HANDLER_DUPLICATE',
      'TL_KAFKA_TOPIC_MISSING',
    ]);
  });

  it('leave two groups of one topic alone', async () => {
    const app = await startApp({
      controllers: [controller(onEvents('audit'), onEvents('mail'))],
      throughline: { transports: both() },
    });

    await app.close();
  });
}
