import { randomUUID } from 'node:crypto';
import { milliseconds, ThroughlineError, type Headers } from '#base';
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
import { queueTerms, visibilityOf, type QueueTerms } from '../../../sqs/src/channel.js';
import type { MemoryBroker } from '../broker.js';
import { deadLetter, published, textOf, tracedHeaders, type StoredMessage } from '../message.js';
import type { MemoryTerms, Side, StoredLetter } from '../side.js';
import { QueueInbound } from './inbound.js';
import {
  checkDelay,
  checkHeaders,
  checkSize,
  deduplicationIdOf,
  fits,
  groupMissing,
  groupOf,
} from './limits.js';
import type { MemoryQueue } from './queue.js';
import { QueueSource } from './source.js';

const LONGEST_HIDDEN = 12 * 60 * 60 * 1_000;
const SHORTEST_VISIBILITY = 1_000;
const NO_TERMS: QueueTerms = { delay: undefined, deduplicationId: undefined };

/** All queues of the broker, which follow the rules of SQS. */
export class Queues implements Side {
  readonly #broker: MemoryBroker;
  readonly #createMissing: boolean;

  constructor(broker: MemoryBroker, { createMissing }: { readonly createMissing: boolean }) {
    this.#broker = broker;
    this.#createMissing = createMissing;
  }

  destination({ name }: Pick<AnyChannel, 'name'>): Outgoing {
    return { system: 'sqs', destination: name };
  }

  check(handlers: readonly HandlerSpec[]): readonly ThroughlineError[] {
    const deadLetters = handlers.flatMap((handler) =>
      handler.options.deadLetter === true
        ? [[this.deadLettersOf(handler), deadLettersMissing] as const]
        : [],
    );
    const own = handlers.map(({ channel }) => [channel.name, missing] as const);
    return [
      ...[...new Map([...deadLetters, ...own])].flatMap(([name, errorOf]) =>
        this.#find(name) === undefined ? [errorOf(name)] : [],
      ),
      ...handlers.flatMap(optionErrors),
    ];
  }

  missingDeadLetterChannel(name: string): ThroughlineError | undefined {
    return this.#find(name) === undefined ? deadLettersMissing(name) : undefined;
  }

  handlerGroups<H extends HandlerSpec>(handlers: readonly H[]): readonly HandlerGroup<H>[] {
    const byQueue = Map.groupBy(handlers, ({ channel }) => channel.name);
    return [...byQueue.values()].map((ofQueue) => ({ handlers: ofQueue }));
  }

  source({ handlers: [first] }: HandlerGroup): Source {
    if (first === undefined) throw new TypeError('A handler group needs at least one handler.');
    const { name } = first.channel;
    return new QueueSource({
      channel: name,
      name,
      find: () => this.#get(name),
      clock: this.#broker.clock,
      visibility: visibilityOf(first),
    });
  }

  publishTerms(channel: AnyChannel, options: Readonly<Record<string, unknown>>): QueueTerms {
    return queueTerms(channel, options);
  }

  /**
   * @throws ThroughlineError `TL_SQS_QUEUE_MISSING`, and `TL_SQS_HEADER_INVALID`, `TL_SQS_GROUP_MISSING`, `TL_SQS_GROUP_INVALID`,
   * `TL_SQS_DELAY_INVALID`, `TL_SQS_MESSAGE_TOO_LARGE` for messages that SQS would refuse
   */
  send(message: Outbound<MemoryTerms>): Receipt {
    const { channel, headers, traceparent, terms } = message;
    const { delay, deduplicationId } = terms !== undefined && 'delay' in terms ? terms : NO_TERMS;
    const queue = this.#get(channel.name);
    checkHeaders(headers);
    checkDelay(queue, delay);
    const group = groupOf(queue, message);
    const add = (stored: StoredMessage): string =>
      queue.add(stored, {
        group,
        delay,
        deduplicationId: deduplicationIdOf(queue, deduplicationId),
      });
    const own = published({ ...message, key: group }, headers);
    checkSize(queue, headers, own.body);
    const traced = tracedHeaders(message);
    return fits(traced, own.body)
      ? { id: add({ ...own, headers: traced }), context: 'whole' }
      : { id: add({ ...own, traceparent }), context: 'xray' };
  }

  deadLettersOf({ channel: { name } }: HandlerSpec): string {
    return name.endsWith('.fifo') ? name.replace(/\.fifo$/, '-dlq.fifo') : `${name}-dlq`;
  }

  storeDeadLetter(request: DeadLetterRequest): void {
    const queue = this.#get(request.to);
    const stored = withCauseThatFits(request);
    queue.add(stored, { group: queue.isFifo ? (textOf(stored.key) ?? randomUUID()) : null });
  }

  deadLetters(channel: string): readonly StoredLetter[] {
    const queue = this.#get(channel);
    return queue.waiting().map(({ id, message }) => {
      const { body: raw, key: rawKey, headers, details } = message;
      return {
        deadLetter: { id, key: textOf(rawKey), rawKey, headers, raw, details },
        message,
        isThere: () => queue.isWaiting(id),
        take: () => queue.remove(id),
      };
    });
  }

  /**
   * Returns a function that writes messages to the handler's queue. Because a queue has only one handler, `to: 'source'` and `to:
   * 'handler'` mean the same.
   */
  writerTo({ handler: { channel } }: RedeliveryTarget): (message: StoredMessage) => void {
    const queue = this.#get(channel.name);
    return (message) => {
      const key = textOf(message.key);
      if (queue.isFifo && key === null) throw groupMissing(queue);
      queue.add(message, { group: queue.isFifo ? key : null });
    };
  }

  /** @throws ThroughlineError `TL_SQS_QUEUE_MISSING` */
  #get(name: string): MemoryQueue {
    const queue = this.#find(name);
    if (queue === undefined) throw missing(name);
    return queue;
  }

  #find(name: string): MemoryQueue | undefined {
    return this.#createMissing ? this.#broker.createQueue(name) : this.#broker.queue(name);
  }
}

/** Creates a dead letter. As on SQS, the cause is omitted if the message has no space for it. */
function withCauseThatFits(request: DeadLetterRequest): StoredMessage {
  const { inbound, causes } = request;
  if (!(inbound instanceof QueueInbound)) return deadLetter(request, causes[0]);
  const hasRoom = (headers: Headers): boolean => fits(headers, inbound.raw);
  const forms = causes.map((cause) => deadLetter(request, cause));
  return forms.find(({ headers }) => hasRoom(headers)) ?? deadLetter(request, undefined);
}

function optionErrors(handler: HandlerSpec): readonly ThroughlineError[] {
  const { name, options } = handler;
  const { timeout = '5m', grace = '30s' } = options;
  const visibility = visibilityOf(handler);
  const errors: string[] = [];
  if (visibility !== undefined && !isVisibility(visibility))
    errors.push(
      `The visibility of ${name} must be from 1 second to 12 hours (SQS limits), but is ${visibility / 1_000} s.`,
    );
  if (milliseconds(timeout) + milliseconds(grace) > LONGEST_HIDDEN)
    errors.push(
      `${name} may run longer than 12 hours, the longest time that SQS hides a message. Shorten the handler's timeout.`,
    );
  return errors.map((message) => new ThroughlineError('TL_OPTION_INVALID', message));
}

const isVisibility = (visibility: number): boolean =>
  visibility >= SHORTEST_VISIBILITY && visibility <= LONGEST_HIDDEN;

const missing = (name: string): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_QUEUE_MISSING',
    `The queue "${name}" does not exist in the in-memory broker. Create it with broker.createQueue('${name}'), or remove createMissing: false.`,
    { errorClass: 'blocked' },
  );

const deadLettersMissing = (name: string): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_QUEUE_MISSING',
    `The dead-letter queue "${name}" does not exist in the in-memory broker. Create it with broker.createQueue('${name}'), ` +
      'remove createMissing: false, or set deadLetter: false on the handler. With deadLetter: false, a message that fails is retried forever' +
      `${name.endsWith('.fifo') ? ' and blocks its group' : ''}.`,
    { errorClass: 'blocked' },
  );
