import { Controller, Module, type INestApplicationContext, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  connectTransports,
  MessageHandler,
  Publisher,
  ThroughlineControl,
  ThroughlineModule,
  type Batch,
  type ThroughlineOptions,
} from 'throughline';
import { topic } from 'throughline/kafka';
import { memory } from 'throughline/memory';
import { queue } from 'throughline/sqs';
import { anyJson, type AnyChannel, type Transport } from 'throughline/transport';

export const orders = queue('orders', { schema: anyJson });
export const events = topic('events', { schema: anyJson });

/** Opens a transport, as the start of an application does, and closes it. */
export async function open(transport: Transport): Promise<void> {
  const health = { report: () => undefined, clear: () => undefined };
  const context = { name: 'test', suppress: <R>(call: () => R): R => call(), health };
  const connection = await transport.open(context);
  await connection.close();
}

@Module({})
class AppModule {}

/** Starts an application, and stops it. */
export async function startWith(
  options: object = { name: 'test', transports: [memory()] },
  controllers: readonly Type[] = [],
  use: (app: INestApplicationContext) => unknown = () => undefined,
  connecting: object = { signals: [] },
): Promise<void> {
  const app = await NestFactory.createApplicationContext(
    {
      module: AppModule,
      imports: [ThroughlineModule.forRoot(options as ThroughlineOptions)],
      controllers: [...controllers],
    },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's own documented form
    { logger: false, abortOnError: false },
  );
  try {
    await connectTransports(app, connecting);
    await use(app);
  } finally {
    await app.close();
  }
}

/** A controller with one handler. */
export function controllerWith(channel: AnyChannel, options: object): Type {
  @Controller()
  class Orders {
    @MessageHandler<AnyChannel, object>(channel, options)
    process(): void {
      // It takes no message.
    }
  }
  return Orders;
}

export const withPublisher = (use: (publisher: Publisher) => unknown): Promise<void> =>
  startWith(undefined, [], (app) => use(app.get(Publisher)));

export const withControl = (use: (control: ThroughlineControl) => unknown): Promise<void> =>
  startWith(undefined, [controllerWith(events, {})], (app) => use(app.get(ThroughlineControl)));

/** Runs `each` in a batch handler, and throws what it throws. */
export async function eachWith(options: never): Promise<void> {
  const ended = Promise.withResolvers<undefined>();
  @Controller()
  class Batches {
    @MessageHandler(orders, { batch: { size: 1, within: '1ms' }, retry: { attempts: 1 } })
    handle(batch: Batch<unknown>): Promise<void> {
      const each = batch.each(() => undefined, options);
      each.then(ended.resolve.bind(undefined, undefined), ended.reject);
      return each;
    }
  }
  await startWith(undefined, [Batches], async (app) => {
    await app.get(Publisher).publish(orders, 1);
    await ended.promise;
  });
}
