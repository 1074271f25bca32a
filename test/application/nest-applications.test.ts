/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's own documented form of its options */
import 'reflect-metadata';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Module,
  type DynamicModule,
  type INestApplicationContext,
  type Type,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { EventPattern, MessagePattern, Transport } from '@nestjs/microservices';
import { firstValueFrom } from 'rxjs';
import {
  connectTransports,
  MessageHandler,
  Publisher,
  ThroughlineControl,
  ThroughlineModule,
} from 'throughline';
import { KAFKA, topic } from 'throughline/kafka';
import { memory } from 'throughline/memory';
import { z } from 'zod';
import { until } from '../support/programs/until.js';

const events = topic('events', { schema: z.object({ id: z.string() }) });

@Controller()
class Events {
  static readonly seen: string[] = [];
  static active = 0;
  static mostActive = 0;

  @MessageHandler(events, { concurrency: 2 })
  async handle({ id }: { id: string }): Promise<void> {
    Events.active += 1;
    Events.mostActive = Math.max(Events.mostActive, Events.active);
    await new Promise(setImmediate);
    Events.active -= 1;
    Events.seen.push(id);
  }
}

@Module({})
class AppModule {}

function moduleWith(...controllers: Type[]): DynamicModule {
  const throughline = ThroughlineModule.forRoot({
    name: 'shop',
    transports: [memory()],
  });
  return { module: AppModule, imports: [throughline], controllers };
}

const QUIET = { logger: false } as const;
const NO_SIGNALS = { signals: [] } as const;

describe('connectTransports', () => {
  const open: INestApplicationContext[] = [];
  const opened = <A extends INestApplicationContext>(app: A): A => {
    open.push(app);
    return app;
  };
  afterEach(async () => {
    await Promise.all(open.splice(0).map((app) => app.close()));
    Object.assign(Events, { seen: [], active: 0, mostActive: 0 });
  });

  const applications: readonly [
    string,
    (module: DynamicModule) => Promise<INestApplicationContext>,
  ][] = [
    ['create', (module) => NestFactory.create(module, QUIET)],
    [
      'createMicroservice',
      (module) => NestFactory.createMicroservice(module, { ...QUIET, transport: Transport.TCP }),
    ],
    ['createApplicationContext', (module) => NestFactory.createApplicationContext(module, QUIET)],
  ];

  it.each(applications)(
    'handles and drains messages in an application of NestFactory.%s',
    async (_, create) => {
      const app = opened(await create(moduleWith(Events)));

      await connectTransports(app, NO_SIGNALS);
      await app.get(Publisher).publish(events, { id: '1' });

      await until('one message is handled', () => Promise.resolve(Events.seen[0]));
      expect(Events.seen).toEqual(['1']);
    },
  );

  it.each(applications)(
    'drains before modules are destroyed, in an application of NestFactory.%s',
    async (_, create) => {
      const order: string[] = [];
      const started = Promise.withResolvers<undefined>();
      const release = Promise.withResolvers<undefined>();
      @Controller()
      class Slow {
        @MessageHandler(events)
        async handle(): Promise<void> {
          started.resolve(undefined);
          await release.promise;
          order.push('handled');
        }
        onModuleDestroy(): void {
          order.push('destroyed');
        }
      }
      const app = await create(moduleWith(Slow));
      await connectTransports(app, NO_SIGNALS);
      await app.get(Publisher).publish(events, { id: '1' });
      await started.promise;

      const closed = app.close();
      for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
      expect(order).toEqual([]);
      release.resolve(undefined);
      await closed;

      expect(order).toEqual(['handled', 'destroyed']);
    },
  );

  it('starts a transport once, although startAllMicroservices follows', async () => {
    const app = opened(await NestFactory.create(moduleWith(Events), QUIET));
    await connectTransports(app, NO_SIGNALS);

    await app.startAllMicroservices();
    const ids = Array.from({ length: 40 }, (_, index) => ({ id: String(index) }));
    await app.get(Publisher).publishAll(events, ids);

    await until('all are handled', () => Promise.resolve(Events.seen[ids.length - 1]));
    expect(Events.mostActive).toBeLessThanOrEqual(2);
    expect(await app.get(ThroughlineControl).handlers()).toHaveLength(1);
  });

  it('refuses a second call', async () => {
    const app = opened(await NestFactory.create(moduleWith(Events), QUIET));
    await connectTransports(app, NO_SIGNALS);

    await expect(connectTransports(app, NO_SIGNALS)).rejects.toMatchObject({
      code: 'TL_ALREADY_CONNECTED',
    });
  });

  it('says that the module is missing', async () => {
    const app = opened(await NestFactory.createApplicationContext(AppModule, QUIET));

    await expect(connectTransports(app, NO_SIGNALS)).rejects.toMatchObject({
      code: 'TL_MODULE_MISSING',
    });
  });

  it('leaves patterns of Nest to those who name them', async () => {
    const seen: unknown[] = [];
    @Controller()
    class Patterns {
      @MessagePattern('sum')
      sum(numbers: readonly number[]): number {
        return numbers.length;
      }
      @EventPattern('plain')
      plain(payload: unknown): void {
        seen.push(payload);
      }
      @EventPattern('named', KAFKA)
      named(payload: unknown): void {
        seen.push(payload);
      }
    }
    const app = opened(await NestFactory.create(moduleWith(Patterns), QUIET));

    await connectTransports(app, NO_SIGNALS);
    const handlers = await app.get(ThroughlineControl).handlers();

    expect(handlers.map(({ channel }) => channel)).toEqual(['named']);
  });

  it('refuses a pattern that names a transport and wants to reply', async () => {
    @Controller()
    class Replying {
      @MessagePattern('sum', KAFKA)
      sum(): number {
        return 1;
      }
    }
    const app = opened(await NestFactory.create(moduleWith(Replying), QUIET));

    await expect(connectTransports(app, NO_SIGNALS)).rejects.toMatchObject({
      code: 'TL_NO_REPLIES',
    });
  });

  it('reports its status to Nest', async () => {
    const app = opened(await NestFactory.create(moduleWith(Events), QUIET));
    await connectTransports(app, NO_SIGNALS);
    const [server] = app.getMicroservices();

    const status: unknown = server === undefined ? undefined : await firstValueFrom(server.status);

    expect(status).toBe('connected');
  });
});
