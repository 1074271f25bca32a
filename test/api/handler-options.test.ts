/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's own documented form of its options */
import 'reflect-metadata';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  connectTransports,
  defineHandler,
  MessageHandler,
  override,
  ThroughlineControl,
  ThroughlineModule,
  type ThroughlineOptions,
} from 'throughline';
import { topic } from 'throughline/kafka';
import { memory } from 'throughline/memory';
import { z } from 'zod';

const events = topic('events', { schema: z.object({ id: z.string() }) });
const NO_SIGNALS = { signals: [] } as const;

@Module({})
class AppModule {}

describe('The options of handlers', () => {
  const open: INestApplicationContext[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((app) => app.close()));
  });

  async function appWith(
    controller: Type,
    options: Pick<ThroughlineOptions, 'defaults' | 'overrides'>,
  ): Promise<INestApplicationContext> {
    const throughline = ThroughlineModule.forRoot({
      name: 'shop',
      transports: [memory()],
      ...options,
    });
    const app = await NestFactory.createApplicationContext(
      { module: AppModule, imports: [throughline], controllers: [controller] },
      { logger: false },
    );
    open.push(app);
    return app;
  }

  it('gives handlers the defaults of the application, and leaves out those that are turned off', async () => {
    const others = topic('others', { schema: z.object({ id: z.string() }) });
    @Controller()
    class Three {
      @MessageHandler(events)
      plain(): void {
        // It takes no message in this test.
      }
      @MessageHandler(others, { concurrency: 3 })
      own(): void {
        // It takes no message in this test.
      }
      @MessageHandler(topic('off', { schema: z.unknown() }), { enabled: false })
      off(): void {
        // It takes no message in this test.
      }
    }
    const app = await appWith(Three, {
      defaults: { concurrency: 20 },
    });

    await connectTransports(app, NO_SIGNALS);
    const handlers = await app.get(ThroughlineControl).handlers();

    expect(handlers.map(({ channel, concurrency }) => [channel, concurrency])).toEqual([
      ['events', 20],
      ['others', 3],
    ]);
  });

  it('shows where the value of each option comes from', async () => {
    const OrderHandler = defineHandler({ timeout: '1m', laneLimit: 5 });
    @Controller()
    class Layers {
      @OrderHandler(events, { laneLimit: 7, trace: 'link' })
      handle(): void {
        // It takes no message in this test.
      }
    }
    const app = await appWith(Layers, {
      defaults: { concurrency: 20, timeout: '2m' },
      overrides: [
        override(Layers, 'handle', { trace: 'continue', grace: '1s' }),
        override(Layers, 'handle', { grace: '2s' }),
      ],
    });

    await connectTransports(app, NO_SIGNALS);
    const [state] = await app.get(ThroughlineControl).handlers();

    expect(state?.options).toMatchObject({
      onBlocked: { value: 'pause', from: 'built-in' },
      deadLetter: { value: true, from: 'built-in' },
      concurrency: { value: 20, from: 'defaults' },
      timeout: { value: '1m', from: 'defineHandler' },
      laneLimit: { value: 7, from: 'decorator' },
      trace: { value: 'continue', from: 'override' },
      grace: { value: '2s', from: 'override' },
    });
  });

  describe('that are overridden for a class with an inherited handler', () => {
    @Controller()
    class Base {
      @MessageHandler(events)
      handle(): void {
        // It takes no message in this test.
      }
    }
    @Controller()
    class One extends Base {}
    @Controller()
    class Other extends Base {}

    it.each([
      ['that class', One, 'override'],
      ['the class that declares it', Base, 'built-in'],
      ['another class that inherits it', Other, 'built-in'],
    ])('apply to that class only: with %s', async (_, controller, from) => {
      const app = await appWith(controller, {
        overrides: [override(One, 'handle', { concurrency: 50 })],
      });

      await connectTransports(app, NO_SIGNALS);
      const [state] = await app.get(ThroughlineControl).handlers();

      expect(state?.options.concurrency).toMatchObject({ from });
    });

    it('do not change with an override for the class that declares it', async () => {
      const app = await appWith(One, {
        overrides: [override(Base, 'handle', { concurrency: 50 })],
      });

      await connectTransports(app, NO_SIGNALS);
      const [state] = await app.get(ThroughlineControl).handlers();

      expect(state?.options.concurrency).toMatchObject({ from: 'built-in' });
    });
  });

  it('refuses a default that cannot work', async () => {
    @Controller()
    class Plain {
      @MessageHandler(events)
      handle(): void {
        // It takes no message in this test.
      }
    }
    const app = await appWith(Plain, {
      defaults: { concurrency: 0 },
    });

    await expect(connectTransports(app, NO_SIGNALS)).rejects.toMatchObject({
      code: 'TL_OPTION_INVALID',
    });
  });
});
