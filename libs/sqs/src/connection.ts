import type { SQSClient } from '@aws-sdk/client-sqs';
import { isUnavailable, milliseconds, reasonOf, ThroughlineError, within } from '#base';
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
import { queueTerms, SQS_SYSTEM, visibilityOf, type QueueTerms } from './channel.js';
import { storeDeadLetter } from './dead-letters/store-dead-letter.js';
import { sqsClient } from './client/client.js';
import { LOOKING_UP, toSqsError, unavailable } from './client/failures.js';
import type { SqsOptions } from './options.js';
import { untilAnswered } from './client/retry-until-deadline.js';
import { configurationErrorsOf } from './queues/queue-checks.js';
import { deadLetterName } from './queues/queue-reference.js';
import { Queues } from './queues/queues.js';
import { redeliveryTo } from './redrive/redelivery.js';
import { redriveDeadLetters, type RedriveTools } from './redrive/redrive-dead-letters.js';
import { Retentions } from './queues/retentions.js';
import { Sender } from './send/sender.js';
import { SqsSource } from './receive/source.js';
import { SQS_FACTS } from './span-facts.js';

const LONGEST_WAIT = 20_000;

/** An application's part in SQS. */
export class SqsConnection implements Connection<QueueTerms> {
  readonly #context: TransportContext;
  readonly #waitTime: number;
  readonly #client: SQSClient;
  readonly #queues: Queues;
  readonly #retentions: Retentions;
  readonly #senders = new Map<string, Promise<Sender>>();
  readonly #knownSenders = new Map<string, Sender>();
  #place: Pick<Outgoing, 'address' | 'port' | 'region'> = {};

  constructor(options: SqsOptions, context: TransportContext) {
    this.#context = context;
    this.#waitTime = milliseconds(options.waitTime ?? '20s');
    if (this.#waitTime > LONGEST_WAIT) {
      throw new ThroughlineError(
        'TL_OPTION_INVALID',
        'waitTime of sqs() must be 20s or less, the limit of SQS.',
      );
    }
    this.#client = sqsClient(options.client ?? {}, this.#waitTime);
    this.#queues = new Queues({
      client: this.#client,
      configured: options.queues ?? {},
      createMissing: options.createMissing ?? false,
      suppress: context.suppress,
    });
    this.#retentions = new Retentions(this.#client, context.suppress);
  }

  destination({ name }: Pick<AnyChannel, 'name'>): Outgoing {
    return {
      system: 'sqs',
      systemFacts: SQS_FACTS,
      destination: this.#queues.nameOf(name),
      ...this.#place,
    };
  }

  async check(handlers: readonly HandlerSpec[]): Promise<readonly ThroughlineError[]> {
    await this.#findPlace();
    // Whoever asks first makes a missing queue: one that is handled, too, is still a dead-letter queue.
    const ofDeadLetters = handlers.map((handler) => this.#checkDeadLetters(handler));
    const ofQueues = handlers.map((handler) => this.#checkQueue(handler));
    const answers = await Promise.allSettled([...ofQueues, ...ofDeadLetters]);
    const errors = answers.flatMap((answer) =>
      answer.status === 'rejected'
        ? [toSqsError('looking up queues', answer.reason, LOOKING_UP)]
        : answer.value,
    );
    const outage = errors.find(isUnavailable);
    if (outage !== undefined) throw outage;
    return once(errors);
  }

  handlerGroups<H extends HandlerSpec>(handlers: readonly H[]): readonly HandlerGroup<H>[] {
    const byQueue = Map.groupBy(handlers, ({ channel }) => this.#queues.nameOf(channel.name));
    return [...byQueue.values()].map((ofQueue) => ({ handlers: ofQueue }));
  }

  source({ handlers: [first] }: HandlerGroup): Source {
    if (first === undefined) throw new TypeError('A subscription has a handler.');
    const { channel } = first;
    return new SqsSource({
      client: this.#client,
      queues: this.#queues,
      channel: channel.name,
      endpoint: this.destination(channel),
      waitTime: this.#waitTime,
      visibility: visibilityOf(first),
      suppress: this.#context.suppress,
      health: this.#context.health,
    });
  }

  publishTerms(channel: AnyChannel, options: Readonly<Record<string, unknown>>): QueueTerms {
    return queueTerms(channel, options);
  }

  send(message: Outbound<QueueTerms>): Promise<Receipt> {
    const { name } = message.channel;
    const known = this.#knownSenders.get(name);
    return known === undefined ? this.#sendToUnknown(message) : known.send(message);
  }

  deadLettersOf({ channel }: HandlerSpec): string {
    return deadLetterName(this.#queues.nameOf(channel.name));
  }

  async storeDeadLetter(request: DeadLetterRequest): Promise<void> {
    const queue = await this.#queues.findDeadLetters(request.to);
    await this.#context.suppress(() => storeDeadLetter(queue, request, this.#client));
  }

  redrive(plan: RedrivePlan): Promise<RedriveProgress> {
    return redriveDeadLetters(this.#redriveTools, plan);
  }

  redelivery(target: RedeliveryTarget): Promise<Redelivery> {
    return redeliveryTo(this.#redriveTools, target);
  }

  async retention({ name }: AnyChannel): Promise<number | undefined> {
    return this.#retentions.of(await this.#queues.find(name));
  }

  close(): Promise<void> {
    this.#client.destroy();
    return Promise.resolve();
  }

  get #redriveTools(): RedriveTools {
    return { client: this.#client, queues: this.#queues, suppress: this.#context.suppress };
  }

  async #checkQueue(handler: HandlerSpec): Promise<readonly ThroughlineError[]> {
    const queue = await this.#queues.find(handler.channel.name);
    return this.#context.suppress(() => configurationErrorsOf(queue, handler, this.#client));
  }

  async #checkDeadLetters(handler: HandlerSpec): Promise<readonly ThroughlineError[]> {
    const to = this.#deadLetterChannelOf(handler);
    if (to === undefined) return [];
    const deadLetters = await this.#queues.findDeadLetters(to);
    // Where the handler's own queue is missing, its own check tells.
    const queue = await this.#queues.find(handler.channel.name).catch(() => undefined);
    if (queue !== undefined) await this.#retentions.warnIfShorter(deadLetters, queue);
    return [];
  }

  /** The queue of its dead letters, if it has one. */
  #deadLetterChannelOf(handler: HandlerSpec): string | undefined {
    const { deadLetter } = handler.options;
    if (deadLetter === true) return this.deadLettersOf(handler);
    if (typeof deadLetter !== 'object' || deadLetter.system !== SQS_SYSTEM) return undefined;
    return deadLetter.name;
  }

  /** The first one to a queue looks for it, and waits for SQS for as long as its sender does. */
  async #sendToUnknown(message: Outbound<QueueTerms>): Promise<Receipt> {
    const { name } = message.channel;
    const doing = `looking up the queue "${name}"`;
    const deadline = Date.now() + message.timeout;
    const find = (): Promise<Sender> =>
      within(deadline - Date.now(), this.#senderFor(name), () =>
        unavailable(doing, new Error(`no response within ${message.timeout / 1_000} s`)),
      );
    const sender = await find().catch((failure: unknown) =>
      untilAnswered(failure, {
        deadline,
        again: find,
        toError: (reason) => toSqsError(doing, reason, LOOKING_UP),
      }),
    );
    return sender.send(message, deadline);
  }

  #senderFor(channel: string): Promise<Sender> {
    let sender = this.#senders.get(channel);
    if (sender === undefined) {
      sender = this.#queues
        .find(channel)
        .then((queue) => new Sender(this.#client, queue, this.#context.suppress));
      this.#senders.set(channel, sender);
      // Before anyone else hears of it: who waits for it already sends before all who come then.
      sender.then(
        (known) => this.#knownSenders.set(channel, known),
        () => this.#senders.delete(channel),
      );
    }
    return sender;
  }

  /** What spans say of where SQS is; the region is mandatory there (elastic/apm, tracing-instrumentation-aws). */
  async #findPlace(): Promise<void> {
    const { config } = this.#client;
    try {
      const region = await config.region();
      const endpoint = await config.endpoint?.();
      this.#place = {
        region,
        address: endpoint?.hostname ?? `sqs.${region}.amazonaws.com`,
        port: endpoint?.port ?? 443,
      };
    } catch (cause) {
      throw new ThroughlineError(
        'TL_SQS_REGION_MISSING',
        `The region or the endpoint of SQS is missing or invalid: ${reasonOf(cause)}. Set AWS_REGION, or sqs({ client: { region } }). ` +
          'Write an endpoint as a complete URL, such as http://localhost:9324.',
        { cause },
      );
    }
  }
}

/** Wrong credentials are found wrong with every question. */
const once = (errors: readonly ThroughlineError[]): readonly ThroughlineError[] => [
  ...new Map(errors.map((error) => [`${error.code} ${error.message}`, error])).values(),
];
