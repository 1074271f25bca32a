import {
  milliseconds,
  ThroughlineError,
  type AnyChannel,
  type Burial,
  type Connection,
  type HandlerDefinition,
  type Outbound,
  type Receipt,
  type Source,
  type Subscription,
  type TransportContext,
} from 'throughline';
import type { Outgoing } from 'throughline/tracing';
import { buryIn } from './burial.js';
import type { ConsumerOptions, KafkaDriver } from './driver.js';
import { topicMissing } from './failures.js';
import type { KafkaOptions } from './options.js';
import { Sender } from './sender.js';
import { KafkaSource } from './source.js';

const SESSION_TIMEOUT = '30s';
const HEARTBEAT_INTERVAL = 3_000;
const MAX_WAIT = 500;
const MAX_BYTES_PER_PARTITION = 128 * 1_024;
const PARTITIONS = 3;

/** An application's part in Kafka. */
export class KafkaConnection implements Connection {
  readonly #driver: KafkaDriver;
  readonly #options: KafkaOptions;
  readonly #context: TransportContext;
  readonly #known = new Map<string, Promise<void>>();
  #sender: Sender | undefined;

  constructor(driver: KafkaDriver, options: KafkaOptions, context: TransportContext) {
    this.#driver = driver;
    this.#options = options;
    this.#context = context;
  }

  destination({ name }: Pick<AnyChannel, 'name'>): Outgoing {
    const address = this.#driver.address;
    return {
      system: 'kafka',
      destination: this.#topicOf(name),
      ...(address !== undefined && { address: address.host, port: address.port }),
    };
  }

  async check(handlers: readonly HandlerDefinition[]): Promise<readonly ThroughlineError[]> {
    const channels = [...new Set(handlers.flatMap((handler) => this.#topicsOf(handler)))];
    const answers = await Promise.allSettled(channels.map((name) => this.#know(name)));
    return answers.flatMap((answer) => {
      if (answer.status === 'fulfilled') return [];
      const error: unknown = answer.reason;
      if (error instanceof ThroughlineError && error.code === 'TL_KAFKA_TOPIC_MISSING')
        return [error];
      throw error;
    });
  }

  subscriptions(handlers: readonly HandlerDefinition[]): readonly Subscription[] {
    return [...Map.groupBy(handlers, (handler) => this.#groupOf(handler)).values()].map(
      (ofGroup) => ({ handlers: ofGroup }),
    );
  }

  source({ handlers }: Subscription): Source {
    const [first] = handlers;
    if (first === undefined) throw new TypeError('A subscription has a handler.');
    const plans = new Map(
      handlers.map(({ channel, options }) => [
        this.#topicOf(channel.name),
        { channel: channel.name, order: options.order ?? 'key' },
      ]),
    );
    const consumer: ConsumerOptions = {
      group: this.#groupOf(first),
      topics: [...plans.keys()],
      from: this.#options.from ?? 'earliest',
      sessionTimeout: milliseconds(this.#options.sessionTimeout ?? SESSION_TIMEOUT),
      heartbeatInterval: HEARTBEAT_INTERVAL,
      maxWait: MAX_WAIT,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
    };
    const prepare = (): Promise<void> => this.#makeMissing(handlers);
    const { quiet } = this.#context;
    return new KafkaSource({ driver: this.#driver, consumer, plans, quiet, prepare });
  }

  async send(message: Outbound): Promise<Receipt> {
    if (this.#options.createMissing === true) await this.#know(message.channel.name);
    return this.#senderOnce().send(this.#topicOf(message.channel.name), message);
  }

  deadLettersOf(handler: HandlerDefinition): string {
    return `${this.#topicOf(handler.channel.name)}.${this.#groupOf(handler)}.dlq`;
  }

  async bury(burial: Burial): Promise<void> {
    if (this.#options.createMissing === true) await this.#know(burial.to);
    await buryIn(this.#topicOf(burial.to), burial, this.#senderOnce());
  }

  close(): Promise<void> {
    return this.#driver.close();
  }

  /** The topics that a handler cannot do without. */
  #topicsOf(handler: HandlerDefinition): readonly string[] {
    const { channel, options } = handler;
    const needs = options.deadLetter === true ? [this.deadLettersOf(handler)] : [];
    return [channel.name, ...needs];
  }

  #senderOnce(): Sender {
    const { quiet } = this.#context;
    return (this.#sender ??= new Sender(
      quiet(() => this.#driver.producer()),
      quiet,
    ));
  }

  #groupOf({ options }: HandlerDefinition): string {
    return options.group ?? this.#context.name;
  }

  #topicOf(channel: string): string {
    return this.#options.topics?.[channel] ?? channel;
  }

  /** A check that found Kafka away has made nothing, and a group cannot be joined for a topic that does not exist. */
  async #makeMissing(handlers: readonly HandlerDefinition[]): Promise<void> {
    if (this.#options.createMissing !== true) return;
    const names = handlers.flatMap((handler) => this.#topicsOf(handler));
    await Promise.all(names.map((name) => this.#know(name)));
  }

  /** Sees to it once that the topic is there. */
  #know(channel: string): Promise<void> {
    let known = this.#known.get(channel);
    if (known === undefined) {
      known = this.#context.quiet(() => this.#look(channel));
      this.#known.set(channel, known);
      known.catch(() => this.#known.delete(channel));
    }
    return known;
  }

  async #look(channel: string): Promise<void> {
    const name = this.#topicOf(channel);
    const existing = await this.#driver.describe([name]);
    if (existing.has(name)) return;
    if (this.#options.createMissing !== true) throw topicMissing(channel, name);
    await this.#driver.create([{ name, partitions: this.#options.partitions ?? PARTITIONS }]);
  }
}
