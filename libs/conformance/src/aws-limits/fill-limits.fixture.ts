import { Controller, Module, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  connectTransports,
  MessageHandler,
  Publisher,
  Reject,
  ThroughlineModule,
} from 'throughline';
import { exponential } from '#base';
import { queue } from 'throughline/sqs';
import { sqs, type SqsOptions } from 'throughline/sqs';
import { z } from 'zod';

const Large = z.object({ id: z.string(), key: z.string(), more: z.string() });
type Large = z.output<typeof Large>;

/** As many headers as SQS accepts. They are text, because fauxqs counts bytes by the length of their base64. */
const TEN_HEADERS: Readonly<Record<string, string>> = Object.fromEntries(
  Array.from({ length: 10 }, (_, at) => [`header-${at}`, 'ünïcödé']),
);

/** Their names, types and values. */
const HEADER_BYTES = Object.entries(TEN_HEADERS).reduce(
  (sum, [name, value]) => sum + name.length + 'String'.length + Buffer.byteLength(value),
  0,
);

/** A payload that fills a message, its ten headers included, to the last byte. */
function filling(id: string, bytes: number): Large {
  const large = { id, key: `key-${id}`, more: '' };
  const capacity = bytes - HEADER_BYTES - Buffer.byteLength(JSON.stringify(large));
  return { ...large, more: 'x'.repeat(capacity) };
}

/** The result of a run over a queue. */
export interface Filled {
  /** How often each message was run. */
  readonly runs: ReadonlyMap<string, number>;
  readonly deadLetters: ReadonlySet<string>;
}

/** How a queue is filled. */
export interface Filling {
  /** The queue's name. It has a dead-letter queue of its own. */
  readonly name: string;
  readonly deadLetters: string;
  readonly client: NonNullable<SqsOptions['client']>;
  /** The size of each message, including its attributes. */
  readonly bytes: number;
  readonly messages: number;
}

/**
 * Publishes messages with ten headers and this many bytes, all at once. Every third fails once, every fifth is rejected, and the
 * dead letters are handled as well, so every SQS operation is used with full messages.
 */
export async function fillQueue({
  name,
  deadLetters,
  client,
  bytes,
  messages,
}: Filling): Promise<Filled> {
  const orders = queue(name, { schema: Large, key: ({ key }) => key });
  const stored = queue(deadLetters, { schema: Large, key: ({ key }) => key });
  const runs = new Map<string, number>();
  const deadLettered = new Set<string>();
  const ended = new Set<string>();
  const all = Promise.withResolvers<undefined>();
  const end = (id: string): void => {
    ended.add(id);
    if (ended.size === messages) all.resolve(undefined);
  };

  @Controller()
  class Orders {
    @MessageHandler(orders, {
      deadLetter: stored,
      retry: { attempts: 3, backoff: exponential('100ms', '1s') },
      concurrency: 10,
    })
    handle({ id }: Large): void {
      const run = (runs.get(id) ?? 0) + 1;
      runs.set(id, run);
      if (Number(id) % 5 === 0) throw new Reject('every fifth');
      if (Number(id) % 3 === 0 && run === 1) throw new Error('every third');
      end(id);
    }

    @MessageHandler(stored, { deadLetter: false })
    receiveDeadLetter({ id }: Large): void {
      deadLettered.add(id);
      end(id);
    }
  }
  @Module({})
  class Root {}
  const transports = [sqs({ client, waitTime: '1s' })];
  const throughline = ThroughlineModule.forRoot({ name: 'filling', transports });
  const app: INestApplication = await NestFactory.create(
    { module: Root, imports: [throughline], controllers: [Orders] },
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest’s own way to give options
    { logger: false, abortOnError: false },
  );
  await connectTransports(app, { signals: [] });
  try {
    const publisher = app.get(Publisher);
    const ids = Array.from({ length: messages }, (_, at) => String(at));
    await Promise.all(
      ids.map((id) =>
        publisher.publish(orders, filling(id, bytes), {
          headers: TEN_HEADERS,
          // Local servers need up to half a second for a full message.
          publishTimeout: '60s',
        }),
      ),
    );
    await all.promise;
  } finally {
    await app.close();
  }
  return { runs, deadLetters: deadLettered };
}
