import { Controller, Module, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import {
  connectTransports,
  MessageHandler,
  Publisher,
  ThroughlineModule,
  type Batch,
  type Delivery,
} from 'throughline';
import { exponential } from '#base';
import { type Transport } from 'throughline/transport';
import { queue } from 'throughline/sqs';
import { topic } from 'throughline/kafka';
import type { TraceIds, Tracer } from 'throughline/tracing';
import { z } from 'zod';
import { EventLog } from '../transports/fixture/event-log.js';

/** How many messages go through the batch. */
export const BATCH = 3;

const PATIENCE = 45_000;

/** What came of the story. */
export interface Told {
  /** The roots that the messages were sent in, by the messages. */
  readonly roots: ReadonlyMap<string, TraceIds | undefined>;
  readonly chronicle: EventLog;
  /** What was current where a handler began; by handler and message. */
  readonly current: ReadonlyMap<string, TraceIds | undefined>;
}

/** Nest's own log would fill the test's output with the failures that are meant. */
const silent: LoggerService = {
  log: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/**
 * Messages go from SQS to Kafka and from a batch on Kafka to SQS, and one on each fails until it is a dead letter, which is
 * read too. Resolves once
 * the application has ended, so that all its spans have.
 */
export async function tellStory(tracer: Tracer, transports: readonly Transport[]): Promise<Told> {
  const name = `story-${randomUUID().slice(0, 8)}`;
  const schema = z.string();
  const orders = queue(`${name}-orders`, { schema });
  const events = topic(`${name}-events`, { schema });
  const ledger = topic(`${name}-ledger`, { schema });
  const mails = queue(`${name}-mails`, { schema });
  const badQueue = queue(`${name}-bad`, { schema });
  const badTopic = topic(`${name}-bad`, { schema });
  const deadOrders = queue(`${name}-bad-dlq`, { schema });
  const deadEvents = topic(`${name}-bad.${name}.dlq`, { schema });
  const failing = {
    retry: { attempts: 2, backoff: exponential('1s', '1s') },
    deadLetter: true,
  } as const;

  const chronicle = new EventLog();
  const current = new Map<string, TraceIds | undefined>();
  const note = (handler: string, id: string, attempt = 1): void => {
    current.set(`${handler} ${id}`, tracer.current());
    chronicle.add({ what: 'handled', id: `${handler} ${id}`, attempt });
  };

  @Controller()
  class Story {
    constructor(readonly publisher: Publisher) {}

    @MessageHandler(orders)
    async take(id: string): Promise<void> {
      note('take', id);
      await this.publisher.publish(events, id);
    }

    @MessageHandler(events)
    announce(id: string): void {
      note('announce', id);
    }

    @MessageHandler(ledger, { batch: { size: BATCH, within: '2s' } })
    async enter(batch: Batch<string>): Promise<void> {
      await batch.each(async (id) => {
        note('enter', id);
        await this.publisher.publish(mails, id);
      });
    }

    @MessageHandler(mails)
    post(id: string): void {
      note('post', id);
    }

    @MessageHandler(badQueue, failing)
    failOnSqs(id: string, { attempt }: Delivery<string>): void {
      note('failOnSqs', id, attempt);
      throw new Error('out of stock');
    }

    @MessageHandler(badTopic, failing)
    failOnKafka(id: string, { attempt }: Delivery<string>): void {
      note('failOnKafka', id, attempt);
      throw new Error('out of stock');
    }

    @MessageHandler(deadOrders)
    mournOnSqs(id: string): void {
      note('mournOnSqs', id);
    }

    @MessageHandler(deadEvents)
    mournOnKafka(id: string): void {
      note('mournOnKafka', id);
    }
  }

  @Module({
    imports: [
      ThroughlineModule.forRoot({ name, tracer, transports, defaults: { deadLetter: false } }),
    ],
    controllers: [Story],
  })
  class StoryModule {}

  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's own way to give options
  const app = await NestFactory.create(StoryModule, { logger: silent, abortOnError: false });
  try {
    await connectTransports(app, { signals: [] });
    const publisher = app.get(Publisher);
    const roots = new Map<string, TraceIds | undefined>();
    /** What a program does on its own account is a root, as the run of a message without a context is. */
    const send = async (id: string, channel: typeof orders | typeof events): Promise<void> => {
      const root = tracer.process(
        { system: 'import', destination: 'orders', id },
        { handler: 'Import.run', attempt: 1 },
      );
      roots.set(id, root.ids);
      await root.run(() => publisher.publish(channel, id));
      root.end({ failed: false });
    };
    await Promise.all([
      send('order', orders),
      ...Array.from({ length: BATCH }, (_, index) => send(`entry-${index}`, ledger)),
      send('bad-order', badQueue),
      send('bad-event', badTopic),
    ]);

    const last = [
      'announce order',
      ...Array.from({ length: BATCH }, (_, index) => `post entry-${index}`),
      'mournOnSqs bad-order',
      'mournOnKafka bad-event',
    ];
    await chronicle.until(
      'all have come to their end',
      () => last.every((id) => chronicle.ids('handled').includes(id)),
      PATIENCE,
    );
    return { roots, chronicle, current };
  } finally {
    await app.close();
  }
}
