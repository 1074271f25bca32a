/**
 * A few messages take this path: SQS with ten attributes of their sender → Kafka → a batch → SQS FIFO, whose handler fails twice →
 * dead letters → redrive → done. Then the program prints a line and ends.
 */
import { tracer } from './mixed-chain-telemetry.js'; // first, as agents require
import 'reflect-metadata';
import { Controller, Inject, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { setTimeout as pause } from 'node:timers/promises';
import {
  Batch,
  connectTransports,
  MessageHandler,
  Publisher,
  ThroughlineControl,
  ThroughlineModule,
  exponential,
} from 'throughline';
import { queue, sqs } from 'throughline/sqs';
import { topic, kafka } from 'throughline/kafka';
import { z } from 'zod';

const { NAME = '', MESSAGES = '', KAFKA_BROKERS = '' } = process.env;
const count = Number(MESSAGES);
const full = queue(`${NAME}-full`, { schema: z.string() });
const events = topic(`${NAME}-events`, { schema: z.string(), key: (name) => name });
const last = queue(`${NAME}-last.fifo`, { schema: z.string(), key: (name) => name });

let isMended = false;

@Controller()
class Chain {
  constructor(@Inject(Publisher) private readonly publisher: Publisher) {}

  @MessageHandler(full)
  async pass(name: string): Promise<void> {
    await this.publisher.publish(events, name);
  }

  @MessageHandler(events, { batch: { size: 100, within: '500ms' } })
  async gather(batch: Batch<string>): Promise<void> {
    await batch.each((name) => this.publisher.publish(last, name));
  }

  @MessageHandler(last, {
    retry: { attempts: 2, backoff: exponential('100ms', '100ms') },
    deadLetter: true,
    trace: 'link',
  })
  fail(name: string): void {
    if (!isMended) throw new Error(`${name} fails for now`);
  }
}

@Module({
  imports: [
    ThroughlineModule.forRoot({
      name: NAME,
      tracer,
      transports: [
        sqs({ waitTime: '1s', createMissing: true }),
        kafka({ brokers: [KAFKA_BROKERS], createMissing: true }),
      ],
    }),
  ],
  controllers: [Chain],
})
class AppModule {}

const app = await NestFactory.create(AppModule);
await connectTransports(app);
const control = app.get(ThroughlineControl);
const publisher = app.get(Publisher);

/** Waits until the last handler's counts meet a condition. */
async function until(outcome: 'done' | 'deadLetters'): Promise<void> {
  for (;;) {
    const states = await control.handlers();
    const state = states.find(({ handler }) => handler === 'Chain.fail');
    if (state?.counts[outcome] === count) return;
    await pause(50);
  }
}

const attributes = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`own-${at}`, 'v']));
for (let number = 1; number <= count; number += 1) {
  // Spans that a program starts by itself are roots, as is the run of a message without a context.
  const root = tracer.process(
    { system: 'import', destination: 'orders', id: `${number}` },
    { handler: 'Import.run', attempt: 1 },
  );
  await root.run(() => publisher.publish(full, `order-${number}`, { headers: attributes }));
  root.end({ failed: false });
}
await until('deadLetters');
isMended = true;
await control.redrive('Chain.fail');
await until('done');
const contexts = control.published().find(({ channel }) => channel === full.name)?.contexts;
await app.close();
console.log(`the chain is done ${JSON.stringify(contexts)}`);
process.exit(0);
