import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Controller, Injectable, type Type } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { MessageHandler } from 'throughline';
import { SQS } from 'throughline/sqs';
import { type Transport } from 'throughline/transport';
import { queue } from 'throughline/sqs';
import { topic } from 'throughline/kafka';
import { ThroughlineError } from 'throughline';
import { kafka } from 'throughline/kafka';
import { sqs } from 'throughline/sqs';
import { z } from 'zod';
import { KafkaTopic } from './kafka-topic.js';
import { SqsQueue } from './sqs-queue.js';
import { unique, type OpenStage, type Stage } from './stage.js';
import { startApp, type AppWish } from './start-app.js';

const schema = z.object({ id: z.string() });

type Decorate = (
  target: object,
  key: string,
  descriptor: TypedPropertyDescriptor<() => void>,
) => void;

/** What keeps an application from starting, told before it has taken a message. */
export function describeStartMistakes(open: OpenStage): void {
  jest.setTimeout(120_000);
  let stage: Stage;
  const existing = queue(unique('existing'), { schema });
  const events = topic(unique('events'), { schema });
  const missingQueue = queue(unique('missing'), { schema });
  const missingTopic = topic(unique('missing'), { schema });

  beforeAll(async () => {
    stage = await open();
    await SqsQueue.open(stage.sqsClient, existing.name);
    await KafkaTopic.open(stage.driver(), events.name);
  });
  afterAll(() => stage.close());

  const both = (): readonly Transport[] => [
    sqs({ client: stage.sqsClient, waitTime: '1s' }),
    kafka({ driver: stage.driver() }),
  ];

  /** The error that a start ends with. */
  const refusal = async (
    wish: Pick<AppWish, 'controllers' | 'providers'>,
    transports: readonly Transport[] = both(),
  ): Promise<ThroughlineError> => {
    const error: unknown = await startApp({ ...wish, throughline: { transports } }).then(
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

  describe('each told by its code, with the way out', () => {
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
        client: stage.sqsClient,
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
      expect(message).toMatch(/another group|group of its own/);
    });

    it('a handler whose transport nobody registered', async () => {
      const Handlers = controller(onEvents());

      const { code, message } = await refusal({ controllers: [Handlers] }, [
        sqs({ client: stage.sqsClient, waitTime: '1s' }),
      ]);

      expect(code).toBe('TL_TRANSPORT_MISSING');
      expect(message).toContain('Handlers.first');
      expect(message).toContain('add kafka() from throughline/kafka to the transports');
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

  it('are told all at once, in a line each', async () => {
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
