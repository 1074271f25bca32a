import { Controller, Logger, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  connectTransports,
  type Delivery,
  exponential,
  MessageHandler,
  Publisher,
  ThroughlineModule,
} from 'throughline';
import { kafka, kafkaJs, type KafkaDriver, topic } from 'throughline/kafka';
import { bytes, type Codec } from './index.js';

const Payment = z.object({ id: z.string(), cents: z.number() });
type Payment = z.infer<typeof Payment>;

const GROUP = 'avro';
const RETRY = { attempts: 2, backoff: exponential('50ms', '200ms') } as const;

/** Collects values until a test wants them. */
class Mailbox<T> {
  readonly #values: T[] = [];
  readonly #wanted = new Set<(value: T) => void>();

  put(value: T): void {
    this.#values.push(value);
    for (const want of this.#wanted) want(value);
  }

  /** The first value that meets the condition, now or later. */
  first(condition: (value: T) => boolean): Promise<T> {
    const found = this.#values.find(condition);
    if (found !== undefined) return Promise.resolve(found);
    return new Promise((resolve) => {
      const want = (value: T): void => {
        if (!condition(value)) return;
        this.#wanted.delete(want);
        resolve(value);
      };
      this.#wanted.add(want);
    });
  }
}

/** An application on Kafka with a handler of payments, whose topic is written with a codec, and one of its dead letters. */
export class PaymentApplication {
  /** The topic of the payments. */
  readonly topic = `payments-${randomUUID().slice(0, 8)}`;
  readonly handled = new Mailbox<Payment & { readonly attempt: number }>();
  readonly deadLetters = new Mailbox<{ readonly body: Buffer; readonly cause: string }>();
  /** The lines of the log. */
  readonly log = new Mailbox<string>();
  readonly #driver: KafkaDriver;
  readonly #codec: Codec;
  #app: INestApplicationContext | undefined;

  constructor(address: string, codec: Codec) {
    this.#driver = kafkaJs({ brokers: [address], clientId: GROUP });
    this.#codec = codec;
  }

  async start(): Promise<void> {
    const { handled, deadLetters } = this;
    const deadLetterTopic = topic(`${this.topic}.${GROUP}.dlq`, {
      schema: z.instanceof(Uint8Array),
      codec: bytes(),
    });

    @Controller()
    class PaymentHandler {
      @MessageHandler(this.#channel, { retry: RETRY })
      handle(payment: Payment, { attempt }: Delivery): void {
        handled.put({ ...payment, attempt });
      }

      @MessageHandler(deadLetterTopic, { deadLetter: false })
      collect(body: Uint8Array, { message }: Delivery): void {
        deadLetters.put({
          body: Buffer.from(body),
          cause: String(message.headers['dead-letter']),
        });
      }
    }
    @Module({
      imports: [
        ThroughlineModule.forRoot({
          name: GROUP,
          transports: [kafka({ driver: this.#driver, createMissing: true })],
        }),
      ],
      controllers: [PaymentHandler],
    })
    class PaymentModule {}

    const write = (line: unknown): void => {
      this.log.put(String(line));
    };
    Logger.overrideLogger({ log: write, warn: write, error: write, debug: write });
    this.#app = await NestFactory.createApplicationContext(PaymentModule);
    await connectTransports(this.#app);
  }

  async publish(payment: Payment): Promise<void> {
    await this.#app?.get(Publisher).publish(this.#channel, payment);
  }

  /** Sends a record with exactly these bytes. */
  async send(value: Buffer): Promise<void> {
    const producer = this.#driver.producer();
    const [answer] = await producer.send([{ topic: this.topic, key: null, value, headers: {} }]);
    await producer.close();
    if (answer?.status !== 'fulfilled') throw new Error('not sent', { cause: answer?.reason });
  }

  async stop(): Promise<void> {
    await this.#app?.close();
    await this.#driver.close();
    Logger.overrideLogger(true);
  }

  get #channel() {
    return topic(this.topic, { schema: Payment, codec: this.#codec });
  }
}
