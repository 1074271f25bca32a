import { ThroughlineError, valuesOf, type Headers } from '#base';
import type { Outgoing } from 'throughline/tracing';
import type {
  AnyChannel,
  DeadLetterRequest,
  HandlerGroup,
  HandlerSpec,
  Outbound,
  Receipt,
  RedeliveryTarget,
  Source,
} from 'throughline/transport';
import { groupOf, orderOf, topicTerms, type TopicTerms } from '../../../kafka/src/channel.js';
import type { MemoryBroker } from '../broker.js';
import { deadLetter, published, textOf, tracedHeaders, type StoredMessage } from '../message.js';
import type { MemoryTerms, Side, StoredLetter } from '../side.js';
import { partitionName } from './group.js';
import { TopicSource, type TopicPlan } from './source.js';
import type { MemoryTopic } from './topic.js';

/** The maximum size of a record. It is the `message.max.bytes` of a Kafka broker without a few bytes of framing. */
const LARGEST = 1_048_576;

/** Options of {@link Topics}. */
export interface TopicsOptions {
  /** The name of the consumer group that handlers use by default. */
  readonly application: string;
  readonly createMissing: boolean;
  /** The number of partitions of a topic that the transport creates. */
  readonly partitions: number | undefined;
  readonly from: 'earliest' | 'latest';
}

/** All topics of the broker, which follow the rules of Kafka. */
export class Topics implements Side {
  readonly #broker: MemoryBroker;
  readonly #options: TopicsOptions;

  constructor(broker: MemoryBroker, options: TopicsOptions) {
    this.#broker = broker;
    this.#options = options;
  }

  destination({ name }: Pick<AnyChannel, 'name'>): Outgoing {
    return { system: 'kafka', destination: name };
  }

  check(handlers: readonly HandlerSpec[]): readonly ThroughlineError[] {
    const forDeadLetters = handlers.flatMap((handler) => {
      const { deadLetter: to = false } = handler.options;
      const names = to === true ? [this.deadLettersOf(handler)] : [];
      return to === false ? [] : [...names, this.#retriesOf(handler)];
    });
    const errorOf = new Map([
      ...forDeadLetters.map((name) => [name, deadLettersMissing] as const),
      ...handlers.map(({ channel }) => [channel.name, missing] as const),
    ]);
    return [...errorOf].flatMap(([name, error]) =>
      this.#find(name) === undefined ? [error(name)] : [],
    );
  }

  missingDeadLetterChannel(name: string): ThroughlineError | undefined {
    return this.#find(name) === undefined ? deadLettersMissing(name) : undefined;
  }

  handlerGroups<H extends HandlerSpec>(handlers: readonly H[]): readonly HandlerGroup<H>[] {
    const byGroup = Map.groupBy(handlers, (handler) => this.#groupOf(handler));
    return [...byGroup].map(([group, ofGroup]) => ({ handlers: ofGroup, group }));
  }

  source({ handlers }: HandlerGroup): Source {
    const [first] = handlers;
    if (first === undefined) throw new TypeError('A handler group needs at least one handler.');
    const groupName = this.#groupOf(first);
    return new TopicSource({
      groupName,
      group: this.#broker.group(groupName),
      plans: this.#plansOf(handlers),
      find: (name) => this.#get(name),
      from: this.#options.from,
      clock: this.#broker.clock,
    });
  }

  publishTerms(channel: AnyChannel, options: Readonly<Record<string, unknown>>): TopicTerms {
    return topicTerms(channel, options);
  }

  /** @throws ThroughlineError `TL_KAFKA_TOPIC_MISSING`, `TL_KAFKA_MESSAGE_TOO_LARGE` */
  send(message: Outbound<MemoryTerms>): Receipt {
    const { terms } = message;
    const asked = terms !== undefined && 'partition' in terms ? terms.partition : undefined;
    const topic = this.#get(message.channel.name);
    const record = published(message, tracedHeaders(message));
    checkSize(topic, record);
    const { partition: number, offset } = topic.append(record, asked);
    return { id: `${partitionName({ topic, number })}/${offset}`, context: 'whole' };
  }

  deadLettersOf(handler: HandlerSpec): string {
    return `${handler.channel.name}.${this.#groupOf(handler)}.dlq`;
  }

  /**
   * Stores a dead letter. With its cause, it may exceed the maximum size of a message: on Kafka, the producer would compress it.
   */
  storeDeadLetter(request: DeadLetterRequest): void {
    this.#get(request.to).append(deadLetter(request, request.causes[0]));
  }

  /**
   * Returns the dead letters of a topic. A redrive does not remove them. Instead, a separate group records which of them were
   * moved.
   */
  deadLetters(channel: string, handler: HandlerSpec): readonly StoredLetter[] {
    const topic = this.#get(channel);
    const group = this.#broker.group(`${this.#groupOf(handler)}.redrive`);
    return Array.from({ length: topic.partitions }, (_, number) => number).flatMap((number) => {
      const progress = group.progressOf({ topic, number }, 'earliest');
      const left = topic
        .read(number, progress.position, topic.end(number))
        .filter(({ offset }) => !progress.isDone(offset));
      return left.map(({ offset, message }) => {
        const { body: raw, key: rawKey, headers, details } = message;
        const id = `${partitionName({ topic, number })}/${offset}`;
        return {
          deadLetter: { id, key: textOf(rawKey), rawKey, headers, raw, details },
          message,
          isThere: () => !progress.isDone(offset),
          take: () => progress.done(offset),
        };
      });
    });
  }

  writerTo({ handler, to }: RedeliveryTarget): (message: StoredMessage) => void {
    const topic = this.#get(to === 'source' ? handler.channel.name : this.#retriesOf(handler));
    return (message) => void topic.append(message);
  }

  /** Returns the name of the topic for a handler's redriven dead letters. Only the handler's group reads this topic. */
  #retriesOf(handler: HandlerSpec): string {
    return `${handler.channel.name}.${this.#groupOf(handler)}.retry`;
  }

  #groupOf(handler: HandlerSpec): string {
    return groupOf(handler) ?? this.#options.application;
  }

  #plansOf(handlers: readonly HandlerSpec[]): ReadonlyMap<string, TopicPlan> {
    const plan = (handler: HandlerSpec, part: TopicPlan['part']): TopicPlan => ({
      channel: handler.channel.name,
      order: orderOf(handler),
      part,
    });
    return new Map([
      ...handlers.map((one) => [one.channel.name, plan(one, 'own')] as const),
      ...handlers
        .filter(({ options }) => (options.deadLetter ?? false) !== false)
        .map((one) => [this.#retriesOf(one), plan(one, 'retry')] as const),
    ]);
  }

  /** @throws ThroughlineError `TL_KAFKA_TOPIC_MISSING` */
  #get(name: string): MemoryTopic {
    const topic = this.#find(name);
    if (topic === undefined) throw missing(name);
    return topic;
  }

  #find(name: string): MemoryTopic | undefined {
    const { createMissing, partitions } = this.#options;
    if (!createMissing) return this.#broker.topic(name);
    return this.#broker.createTopic(name, partitions === undefined ? {} : { partitions });
  }
}

function checkSize({ name }: MemoryTopic, { key, body, headers }: StoredMessage): void {
  const bytes = (key?.length ?? 0) + (body?.length ?? 0) + sizeOf(headers);
  if (bytes <= LARGEST) return;
  throw new ThroughlineError(
    'TL_KAFKA_MESSAGE_TOO_LARGE',
    `A record for "${name}" is ${bytes} bytes, but Kafka accepts at most ${LARGEST}. Send less data, or a reference to the data.`,
    { errorClass: 'refused' },
  );
}

const sizeOf = (headers: Headers): number =>
  Object.entries(headers)
    .flatMap(([name, value]) => valuesOf(value).map((one) => name.length + Buffer.from(one).length))
    .reduce((sum, bytes) => sum + bytes, 0);

const missing = (name: string): ThroughlineError =>
  new ThroughlineError(
    'TL_KAFKA_TOPIC_MISSING',
    `The topic "${name}" does not exist in the in-memory broker. Create it with broker.createTopic('${name}'), or remove createMissing: false.`,
    { errorClass: 'blocked' },
  );

const deadLettersMissing = (name: string): ThroughlineError =>
  new ThroughlineError(
    'TL_KAFKA_TOPIC_MISSING',
    `The dead-letter topic "${name}" does not exist in the in-memory broker. Create it with ` +
      `broker.createTopic('${name}'), remove createMissing: false, or set deadLetter: false on the handler. With ` +
      'deadLetter: false, a message that fails is retried forever and blocks its key.',
    { errorClass: 'blocked' },
  );
