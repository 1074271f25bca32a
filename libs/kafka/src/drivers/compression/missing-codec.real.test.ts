import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Controller, Module, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  connectTransports,
  MessageHandler,
  ThroughlineHealth,
  ThroughlineModule,
} from 'throughline';
import { z } from 'zod';
import { topic } from '../../channel.js';
import type { Compression, KafkaDriver } from '../../driver.js';
import { kafka } from '../../kafka.js';
import { kafkaJs, platformatic } from '../index.js';
import { without } from './without-codec.fixture.js';

jest.setTimeout(180_000);

const brokers = (process.env.TEST_KAFKA ?? '').split(',');
const drivers = {
  kafkaJs: kafkaJs({ brokers, clientId: 'missing-codec' }),
  platformatic: platformatic({ brokers, clientId: 'missing-codec' }),
};
type DriverName = keyof typeof drivers;

/** What was seen of an application with two handlers in one group, of which one's topic has snappy. */
interface Seen {
  readonly plain: string;
  readonly packed: string;
  readonly handled: readonly string[];
  readonly troubles: ThroughlineHealth['troubles'];
}

const errors: string[] = [];
const logger: LoggerService = {
  log: () => undefined,
  warn: () => undefined,
  error: (message: unknown) => errors.push(String(message)),
};
const seen = new Map<string, Seen>();
const closing: (() => Promise<unknown>)[] = [];

async function send(driver: KafkaDriver, name: string, compression: Compression): Promise<void> {
  const producer = driver.producer({ compression });
  const value = JSON.stringify({ topic: name });
  const [answer] = await producer.send([{ topic: name, key: null, value, headers: {} }]);
  await producer.close();
  expect(answer?.status).toBe('fulfilled');
}

async function until(what: string, condition: () => boolean): Promise<void> {
  const late = AbortSignal.timeout(90_000);
  while (!condition()) {
    if (late.aborted) throw new Error(`Never happened: ${what}`);
    await pause(100);
  }
}

async function run(driverName: DriverName): Promise<Seen> {
  const driver = drivers[driverName];
  const name = randomUUID();
  const [plain, packed] = [`plain-${name}`, `packed-${name}`];
  const schema = z.object({ topic: z.string() });
  const handled: string[] = [];
  await driver.create([plain, packed].map((one) => ({ name: one, partitions: 1 })));
  await send(driver, packed, 'snappy');
  await without(driverName, 'snappy');

  @Controller()
  class Handlers {
    @MessageHandler(topic(plain, { schema }), { deadLetter: false })
    plain(message: z.infer<typeof schema>): void {
      handled.push(message.topic);
    }

    @MessageHandler(topic(packed, { schema }), { deadLetter: false })
    packed(message: z.infer<typeof schema>): void {
      handled.push(message.topic);
    }
  }

  @Module({
    imports: [ThroughlineModule.forRoot({ name, transports: [kafka({ driver })] })],
    controllers: [Handlers],
  })
  class AppModule {}
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's own documented form
  const app = await NestFactory.create(AppModule, { logger, abortOnError: false });
  closing.push(() => app.close());
  await connectTransports(app, { signals: [] });
  await send(driver, plain, 'none');
  await until('the other handler', () => handled.length > 0);
  const health = app.get(ThroughlineHealth);
  await until('health reports it', () => health.troubles.length > 0);
  await send(driver, plain, 'none');
  await until('the other handler, again', () => handled.length > 1);
  return { plain, packed, handled, troubles: health.troubles };
}

beforeAll(async () => {
  // Both wait for health, which takes 30 s.
  const names: readonly DriverName[] = ['kafkaJs', 'platformatic'];
  await Promise.all(names.map(async (name) => seen.set(name, await run(name))));
});

afterAll(async () => {
  await Promise.all(closing.map((close) => close()));
  await Promise.all(Object.values(drivers).map((driver) => driver.close()));
});

describe.each(['kafkaJs', 'platformatic'])('a handler whose codec is missing, on %s,', (name) => {
  it('waits, while the other handler of its group starts and continues', () => {
    const { handled, plain } = seen.get(name) ?? {};

    expect(handled).toEqual([plain, plain]);
  });

  it('is named by health and in the log, with the topic, the codec and the package', () => {
    const { troubles = [], packed = '' } = seen.get(name) ?? {};
    const install = name === 'kafkaJs' ? 'npm install snappy' : 'npm install @platformatic/kafka';

    expect(troubles).toHaveLength(1);
    const lines = errors.filter((line) => line.includes(`cannot read the topic "${packed}"`));
    expect(lines).toHaveLength(1);
    for (const text of [`${troubles[0]?.who} ${troubles[0]?.what}`, lines[0]]) {
      expect(text).toContain(packed);
      expect(text).toContain('The compression snappy');
      expect(text).toContain(install);
    }
  });
});
