import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { connectTransports, MessageHandler, Publisher, ThroughlineModule } from 'throughline';
import { createTopics } from 'throughline/conformance';
import { z } from 'zod';
import { topic } from '../channel.js';
import type { KafkaDriver } from '../driver.js';
import { kafka } from '../kafka.js';
import { kafkaJs, platformatic } from './index.js';

const brokers = (process.env.TEST_KAFKA ?? '').split(',');
const drivers: Readonly<Record<string, () => KafkaDriver>> = {
  kafkajs: () => kafkaJs({ brokers, clientId: 'driver-change' }),
  platformatic: () => platformatic({ brokers, clientId: 'driver-change' }),
};
const names = Object.keys(drivers);
const changes = names.flatMap((from) =>
  names.flatMap((to) => (from === to ? [] : [[from, to] as const])),
);

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

describe('a group that changes its driver', () => {
  let app: INestApplicationContext | undefined;
  afterEach(() => app?.close());

  async function start(
    driver: KafkaDriver,
    name: string,
  ): Promise<{
    readonly handled: number[];
    readonly send: (ids: readonly number[]) => Promise<unknown>;
  }> {
    const orders = topic(name, { schema: z.object({ id: z.number() }) });
    const handled: number[] = [];

    @Controller()
    class OrderProcessor {
      @MessageHandler(orders, { group: name, deadLetter: false })
      process({ id }: { id: number }): void {
        handled.push(id);
      }
    }
    @Module({
      imports: [ThroughlineModule.forRoot({ name, transports: [kafka({ driver })] })],
      controllers: [OrderProcessor],
    })
    class AppModule {}
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's own documented form
    const nest = await NestFactory.create(AppModule, { logger: false, abortOnError: false });
    await connectTransports(nest, { signals: [] });
    app = nest;
    const publisher = nest.get(Publisher);
    return {
      handled,
      send: (ids) =>
        publisher.publishAll(
          orders,
          ids.map((id) => ({ id })),
        ),
    };
  }

  async function untilHandled(handled: readonly number[], ids: readonly number[]): Promise<void> {
    const late = AbortSignal.timeout(60_000);
    while (!ids.every((id) => handled.includes(id))) {
      if (late.aborted) throw new Error(`Handled so far: ${handled.join()}`);
      await pause(50);
    }
  }

  it.each(changes)('from %s to %s goes on at its commit', async (from, to) => {
    const name = `change-${randomUUID()}`;
    const before = drivers[from]?.() ?? kafkaJs({ brokers });
    await createTopics(before, [{ name, partitions: 3 }]);
    const first = await start(before, name);
    await first.send(range(0, 30));
    await untilHandled(first.handled, range(0, 30));
    await app?.close();

    const second = await start(drivers[to]?.() ?? platformatic({ brokers }), name);
    await second.send(range(30, 40));
    await untilHandled(second.handled, range(30, 40));

    expect(second.handled.toSorted((a, b) => a - b)).toEqual(range(30, 40));
  });
});
