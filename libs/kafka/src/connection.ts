import { milliseconds, ThroughlineError } from '#base';
import {
  type AnyChannel,
  type DeadLetterRequest,
  type Connection,
  type HandlerSpec,
  type Outbound,
  type Receipt,
  type Redelivery,
  type RedeliveryTarget,
  type RedrivePlan,
  type RedriveProgress,
  type Source,
  type HandlerGroup,
  type TransportContext,
} from 'throughline/transport';
import type { Outgoing } from 'throughline/tracing';
import { groupOf, orderOf, topicTerms, type TopicTerms } from './channel.js';
import { storeDeadLetter } from './dead-letters/store-dead-letter.js';
import type { Compression, ConsumerOptions, KafkaDriver } from './driver.js';
import type { KafkaOptions } from './options.js';
import { Sender } from './produce/sender.js';
import { redeliveryInto } from './redrive/redelivery.js';
import { redrive } from './redrive/redrive.js';
import { intoTopic, toTheirBroker, type WayBack } from './redrive/way-back.js';
import { KafkaSource } from './consume/source.js';
import type { TopicPlan, TopicPlans } from './consume/topic-plan.js';
import { Topics, type Purpose } from './produce/topics.js';
import { KAFKA_FACTS } from './span-facts.js';

const SESSION_TIMEOUT = '30s';
const HEARTBEAT_INTERVAL = 3_000;
const MAX_WAIT = 500;
const MAX_BYTES_PER_PARTITION = 1_024 * 1_024;

/** The connection of an application to Kafka. */
export class KafkaConnection implements Connection<TopicTerms> {
  readonly #driver: KafkaDriver;
  readonly #options: KafkaOptions;
  readonly #context: TransportContext;
  readonly #topics: Topics;
  readonly #closing = new AbortController();
  readonly #redrives = new Set<Promise<unknown>>();
  readonly #destinations = new Map<string, Outgoing>();
  #sender: Sender | undefined;
  /**
   * The sender for dead letters and redriven messages, if no compression was chosen. It compresses them: their original producers
   * may have done so, and without compression they could be too large for Kafka.
   */
  #compressing: Sender | undefined;

  constructor(driver: KafkaDriver, options: KafkaOptions, context: TransportContext) {
    this.#driver = driver;
    this.#options = options;
    this.#context = context;
    this.#topics = new Topics(driver, options, context.suppress);
    // Creates the producer now, so that a missing codec is found at startup and not with the first message.
    if (isChosen(options.compression)) this.#senderOnce();
  }

  destination({ name }: Pick<AnyChannel, 'name'>): Outgoing {
    const known = this.#destinations.get(name);
    if (known !== undefined) return known;
    const address = this.#driver.address;
    const destination = {
      system: 'kafka',
      systemFacts: KAFKA_FACTS,
      destination: this.#topics.nameOf(name),
      ...(address !== undefined && { address: address.host, port: address.port }),
    };
    this.#destinations.set(name, destination);
    return destination;
  }

  check(handlers: readonly HandlerSpec[]): Promise<readonly ThroughlineError[]> {
    return missingAmong(this.#see(handlers));
  }

  checkDeadLetterChannels(channels: readonly AnyChannel[]): Promise<readonly ThroughlineError[]> {
    return missingAmong(channels.map(({ name }) => this.#topics.see(name, 'deadLetters')));
  }

  handlerGroups<H extends HandlerSpec>(handlers: readonly H[]): readonly HandlerGroup<H>[] {
    return [...Map.groupBy(handlers, (handler) => this.#groupOf(handler))].map(
      ([group, ofGroup]) => ({ handlers: ofGroup, group }),
    );
  }

  source({ handlers }: HandlerGroup): Source {
    const [first] = handlers;
    if (first === undefined) throw new TypeError('A subscription has a handler.');
    const plans = this.#plansOf(handlers);
    const consumer = this.#consumerOf(first, [...plans.keys()]);
    const prepare = (): Promise<void> => this.#makeMissing(handlers);
    const { suppress, health } = this.#context;
    return new KafkaSource({ driver: this.#driver, consumer, plans, suppress, health, prepare });
  }

  publishTerms(channel: AnyChannel, options: Readonly<Record<string, unknown>>): TopicTerms {
    return topicTerms(channel, options);
  }

  send(message: Outbound<TopicTerms>): Promise<Receipt> {
    const { name } = message.channel;
    const send = (): Promise<Receipt> =>
      this.#senderOnce().send(this.#topics.nameOf(name), message);
    return this.#topics.madeIfMissing ? this.#topics.makeMissing(name).then(send) : send();
  }

  deadLettersOf(handler: HandlerSpec): string {
    return `${this.#topics.nameOf(handler.channel.name)}.${this.#groupOf(handler)}.dlq`;
  }

  async storeDeadLetter(request: DeadLetterRequest): Promise<void> {
    await this.#topics.makeMissing(request.to, 'deadLetters');
    await storeDeadLetter(this.#topics.nameOf(request.to), request, this.#compressingOnce());
  }

  async redrive(plan: RedrivePlan): Promise<RedriveProgress> {
    const { handler, from, isDry } = plan;
    if (!isDry) await this.#topics.see(from, 'deadLetters');
    const moving = redrive(plan, {
      driver: this.#driver,
      wayBack: await this.#wayBack(plan),
      suppress: this.#context.suppress,
      consumer: {
        ...this.#consumerOf(handler, [this.#topics.nameOf(from)]),
        group: `${this.#groupOf(handler)}.redrive`,
        from: 'earliest',
      },
      from: this.#topics.nameOf(from),
      closing: this.#closing.signal,
    }).finally(() => this.#redrives.delete(moving));
    this.#redrives.add(moving);
    return moving;
  }

  async redelivery(target: RedeliveryTarget): Promise<Redelivery> {
    return redeliveryInto(await this.#redriveTopic(target), () => this.#compressingOnce());
  }

  retention({ name }: Pick<AnyChannel, 'name'>): Promise<number | undefined> {
    return this.#context.suppress(() => this.#driver.retention(this.#topics.nameOf(name)));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#redrives);
    await this.#driver.close();
  }

  async #wayBack(plan: RedrivePlan): Promise<WayBack> {
    return plan.deliver === undefined
      ? intoTopic(await this.#redriveTopic(plan), this.#compressingOnce())
      : toTheirBroker(plan.deliver);
  }

  /** Returns the name in Kafka of the topic that a redrive writes to. */
  async #redriveTopic({ handler, to, isDry }: RedeliveryTarget): Promise<string> {
    const target = to === 'source' ? handler.channel.name : this.#retriesOf(handler);
    if (!isDry) await this.#topics.see(target);
    return this.#topics.nameOf(target);
  }

  /** Returns the topic for a handler's redriven dead letters. Only the handler's group reads this topic. */
  #retriesOf(handler: HandlerSpec): string {
    return `${this.#topics.nameOf(handler.channel.name)}.${this.#groupOf(handler)}.retry`;
  }

  /**
   * Returns the topics of a group. The handlers' own topics come before the topics for redriven dead letters, so that the group's
   * first topic belongs to its first handler.
   */
  #plansOf(handlers: readonly HandlerSpec[]): TopicPlans {
    const plan = (handler: HandlerSpec, part: TopicPlan['part']): TopicPlan => ({
      channel: handler.channel.name,
      order: orderOf(handler),
      part,
    });
    return new Map([
      ...handlers.map((one) => [this.#topics.nameOf(one.channel.name), plan(one, 'own')] as const),
      ...handlers
        .filter(hasDeadLetters)
        .map((one) => [this.#topics.nameOf(this.#retriesOf(one)), plan(one, 'retry')] as const),
    ]);
  }

  /** Checks the topics that the handlers need. Several handlers may need the same topic. */
  #see(handlers: readonly HandlerSpec[]): readonly Promise<void>[] {
    const needs = handlers.flatMap((handler): (readonly [string, Purpose])[] => [
      [handler.channel.name, 'messages'],
      ...(handler.options.deadLetter === true
        ? [[this.deadLettersOf(handler), 'deadLetters'] as const]
        : []),
      ...(hasDeadLetters(handler) ? [[this.#retriesOf(handler), 'retries'] as const] : []),
    ]);
    return [...new Map(needs)].map(([channel, purpose]) => this.#topics.see(channel, purpose));
  }

  #senderOnce(): Sender {
    const { suppress } = this.#context;
    return (this.#sender ??= new Sender(
      suppress(() => this.#driver.producer({ compression: this.#options.compression ?? 'none' })),
      suppress,
    ));
  }

  #compressingOnce(): Sender {
    if (isChosen(this.#options.compression)) return this.#senderOnce();
    const { suppress } = this.#context;
    return (this.#compressing ??= new Sender(
      suppress(() => this.#driver.producer({ compression: 'gzip' })),
      suppress,
    ));
  }

  #groupOf(handler: HandlerSpec): string {
    return groupOf(handler) ?? this.#context.name;
  }

  /**
   * Creates the topics that are still missing when the group starts. This is needed because a check during an outage creates no
   * topics, and a group cannot subscribe to a topic that does not exist.
   */
  async #makeMissing(handlers: readonly HandlerSpec[]): Promise<void> {
    if (this.#topics.madeIfMissing) await Promise.all(this.#see(handlers));
  }

  #consumerOf(handler: HandlerSpec, topics: readonly string[]): ConsumerOptions {
    return {
      group: this.#groupOf(handler),
      topics,
      from: this.#options.from ?? 'earliest',
      sessionTimeout: milliseconds(this.#options.sessionTimeout ?? SESSION_TIMEOUT),
      heartbeatInterval: HEARTBEAT_INTERVAL,
      maxWait: MAX_WAIT,
      maxBytesPerPartition: MAX_BYTES_PER_PARTITION,
    };
  }
}

const isChosen = (compression: Compression = 'none'): boolean => compression !== 'none';

/** Returns an error for each missing topic. Rejects if a topic could not be looked up. */
async function missingAmong(
  topics: readonly Promise<void>[],
): Promise<readonly ThroughlineError[]> {
  const answers = await Promise.allSettled(topics);
  return answers.flatMap((answer) => {
    if (answer.status === 'fulfilled') return [];
    const error: unknown = answer.reason;
    if (error instanceof ThroughlineError && error.code === 'TL_KAFKA_TOPIC_MISSING')
      return [error];
    throw error;
  });
}

/**
 * Whether a handler has dead letters. If it has, it also needs a topic for redriven dead letters, even if another broker stores the
 * dead letters.
 */
const hasDeadLetters = ({ options: { deadLetter = false } }: HandlerSpec): boolean =>
  deadLetter !== false;
