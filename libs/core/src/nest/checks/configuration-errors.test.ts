import { describe, expect, it } from '@jest/globals';
import { Controller, Injectable, Module, type Type } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService, MetadataScanner, NestFactory } from '@nestjs/core';
import { kafka, memory, topic } from 'throughline/kafka';
import { queue } from 'throughline/sqs';
import { z } from 'zod';
import { defineHandler, MessageHandler } from '../../handler/message-handler.decorator.js';
import { ThroughlineHealth } from '../../health.js';
import type { IdempotencyStore } from '../../idempotency/idempotency-store.js';
import { memoryStore } from '../../idempotency/memory-store.js';
import { Transports } from '../../transports.js';
import { HandlerResolver } from '../../handler/handler-resolver.js';
import { override, type HandlerOverride } from '../../handler/override.js';
import { configurationErrors, controllersOf } from './configuration-errors.js';

const schema = z.unknown();
const orders = topic('orders', { schema });
const emails = queue('emails', { schema });

type Options = Parameters<typeof defineHandler<unknown>>[0];

@Injectable()
class Reader {
  constructor(readonly discovery: DiscoveryService) {}
}

/** The codes of what is wrong with an application that has these classes, and a Kafka transport only. */
async function codesOf(
  { controllers = [], providers = [] }: { controllers?: Type[]; providers?: Type[] },
  options: {
    readonly store?: IdempotencyStore | undefined;
    readonly overrides?: readonly HandlerOverride[];
  } = {},
): Promise<readonly string[]> {
  const { store, overrides } = { store: memoryStore(), overrides: [], ...options };
  @Module({
    imports: [DiscoveryModule],
    controllers,
    providers: [Reader, ...providers],
  })
  class Root {}
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest takes its options as a literal
  const app = await NestFactory.createApplicationContext(Root, { logger: false });
  const transports = await Transports.open([kafka({ driver: memory() })], {
    name: 'shop',
    suppress: (call) => call(),
    health: new ThroughlineHealth(),
  });
  const { discovery } = app.get(Reader);
  const errors = configurationErrors(discovery, new MetadataScanner(), {
    transports,
    resolver: new HandlerResolver({ overrides, controllers: () => controllersOf(discovery) }),
    store,
  });
  await Promise.all([app.close(), ...transports.all.map(({ connection }) => connection.close())]);
  return errors.map(({ code }) => code);
}

function orderHandler(options?: Options): Type {
  const OrderHandler = defineHandler<unknown>(options);
  @Controller()
  class Orders {
    @OrderHandler(orders)
    process(): void {
      // The test starts no handler.
    }
  }
  return Orders;
}

@Controller()
class Emails {
  @MessageHandler(emails)
  send(): void {
    // The test starts no handler.
  }
}

describe('configurationErrors', () => {
  it('finds nothing wrong with a valid handler', async () => {
    expect(await codesOf({ controllers: [orderHandler({ concurrency: 1 })] })).toEqual([]);
  });

  it.each([
    ['without capacity', { concurrency: 0 }, 'TL_OPTION_INVALID'],
    ['whose dead letters go to its own channel', { deadLetter: orders }, 'TL_OPTION_INVALID'],
  ])('refuses a handler %s', async (_, options, code) => {
    expect(await codesOf({ controllers: [orderHandler(options)] })).toEqual([code]);
  });

  it('refuses an idempotent handler without a store', async () => {
    const idempotent = orderHandler({ idempotent: { key: () => 'a' } });

    expect(await codesOf({ controllers: [idempotent] })).toEqual([]);
    expect(await codesOf({ controllers: [idempotent] }, { store: undefined })).toEqual([
      'TL_STORE_MISSING',
    ]);
  });

  it('refuses a handler whose channel belongs to no transport', async () => {
    expect(await codesOf({ controllers: [Emails] })).toEqual(['TL_TRANSPORT_MISSING']);
  });

  it('refuses a handler that is not in a controller', async () => {
    expect(await codesOf({ providers: [orderHandler()] })).toEqual([
      'TL_HANDLER_OUTSIDE_CONTROLLER',
    ]);
  });

  describe('refuses two handlers of one name', () => {
    const others = topic('others', { schema });
    const audit = topic('audit', { schema });

    @Controller()
    class Named {
      @MessageHandler(others, { name: 'process-order' })
      one(): void {
        // The test starts no handler.
      }
      @MessageHandler(audit, { name: 'process-order' })
      other(): void {
        // The test starts no handler.
      }
    }

    it('which they were given', async () => {
      expect(await codesOf({ controllers: [Named] })).toEqual(['TL_HANDLER_DUPLICATE']);
    });

    it('which is the name of two classes and their methods', async () => {
      @Controller()
      class Orders {
        @MessageHandler(others)
        process(): void {
          // The test starts no handler.
        }
      }

      expect(await codesOf({ controllers: [orderHandler(), Orders] })).toEqual([
        'TL_HANDLER_DUPLICATE',
      ]);
    });

    it('unless one of them is turned off', async () => {
      const overrides = [override(Named, 'other', { enabled: false })];

      expect(await codesOf({ controllers: [Named] }, { overrides })).toEqual([]);
    });
  });

  describe('refuses an override', () => {
    @Controller()
    class Audit {
      @MessageHandler(orders)
      record(): number {
        return this.total();
      }

      total(): number {
        return 0;
      }
    }
    const errorsOf = (...overrides: readonly unknown[]): Promise<readonly string[]> =>
      codesOf({ controllers: [Audit] }, { overrides: overrides as readonly HandlerOverride[] });

    it.each([
      ['of a method that is not a handler', override(Audit, 'total', {}), 'TL_HANDLER_UNKNOWN'],
      [
        'for another channel',
        override(Audit, 'record', {}, topic('others', { schema })),
        'TL_OPTION_INVALID',
      ],
      [
        'with a value that cannot work',
        override(Audit, 'record', { concurrency: 0 }),
        'TL_OPTION_INVALID',
      ],
      [
        'of an option that a deployment cannot change',
        { controller: Audit, method: 'record', options: { batch: { size: 2, within: '1s' } } },
        'TL_OPTION_UNKNOWN',
      ],
      ['that is no override', { concurrency: 5 }, 'TL_OPTION_INVALID'],
      ['that is nothing', undefined, 'TL_OPTION_INVALID'],
    ])('%s', async (_, one, code) => {
      expect(await errorsOf(one)).toEqual([code]);
    });

    it('of a handler that several controllers inherit', async () => {
      @Controller()
      class Archive extends Audit {}
      const one = override(Archive, 'record', { concurrency: 5 });

      expect(await codesOf({ controllers: [Archive] }, { overrides: [one] })).toEqual([]);
      expect(await codesOf({ controllers: [Archive, Audit] }, { overrides: [one] })).toEqual([
        'TL_OPTION_INVALID',
      ]);
    });

    it('but not of a controller that this process does not have', async () => {
      @Controller()
      class Elsewhere {
        total(): number {
          return 0;
        }
      }

      expect(await errorsOf(override(Elsewhere, 'total', { concurrency: 5 }))).toEqual([]);
    });
  });
});
