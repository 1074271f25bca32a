import { isUnavailable, milliseconds, type ThroughlineError, within } from '#base';
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
import { queueTerms, visibilityOf, type QueueTerms } from './channel.js';
import { storeDeadLetter } from './dead-letters/store-dead-letter.js';
import { Clients } from './client/clients.js';
import { LOOKING_UP, toSqsError, unavailable } from './client/failures.js';
import type { SqsOptions } from './options.js';
import { untilAnswered } from './client/retry-until-deadline.js';
import { namedDeadLetters, StartCheck } from './check/start-check.js';
import { OwnDeadLetters } from './queues/own-dead-letters.js';
import { isSameQueue, keyOf, type QueueAddress } from './queues/queue-reference.js';
import { Queues } from './queues/queues.js';
import { RedrivePolicies } from './queues/redrive-policies.js';
import { redeliveryTo } from './redrive/redelivery.js';
import { redriveDeadLetters, type RedriveTools } from './redrive/redrive-dead-letters.js';
import { Retentions } from './queues/retentions.js';
import { Sender } from './send/sender.js';
import { SqsInbound } from './messages/inbound-message.js';
import { SqsSource } from './receive/source.js';
import { SQS_FACTS } from './span-facts.js';

/** The connection of an application to SQS. */
export class SqsConnection implements Connection<QueueTerms> {
  readonly #context: TransportContext;
  readonly #waitTime: number;
  /** The suffix that names this transport in health reports, if the transport has a name. */
  readonly #suffix: string;
  readonly #clients: Clients;
  readonly #queues: Queues;
  readonly #ownDeadLetters: OwnDeadLetters;
  readonly #retentions: Retentions;
  readonly #startCheck: StartCheck;
  readonly #destinations = new Map<string, Outgoing>();
  readonly #senders = new Map<string, Promise<Sender>>();
  readonly #knownSenders = new Map<string, Sender>();
  /**
   * The senders, one for each queue. Several names in the code may refer to the same queue. They share one sender, because only a
   * single sender can keep the messages to a FIFO queue in order.
   */
  readonly #senderOf: [QueueAddress, Sender][] = [];

  constructor(options: SqsOptions, context: TransportContext) {
    this.#context = context;
    this.#waitTime = milliseconds(options.waitTime ?? '20s');
    this.#suffix = options.name === undefined ? '' : ` of "${options.name}"`;
    this.#clients = new Clients(options.client ?? {}, this.#waitTime);
    this.#queues = new Queues({
      clients: this.#clients,
      configured: options.queues ?? {},
      createMissing: options.createMissing ?? false,
      suppress: context.suppress,
    });
    const policies = new RedrivePolicies(context.suppress);
    this.#ownDeadLetters = new OwnDeadLetters(this.#queues, policies);
    this.#retentions = new Retentions(context.suppress);
    this.#startCheck = new StartCheck({
      queues: this.#queues,
      ownDeadLetters: this.#ownDeadLetters,
      policies,
      retentions: this.#retentions,
      suppress: context.suppress,
    });
  }

  /** Returns what spans show about a queue. Spans must contain the region (elastic/apm, tracing-instrumentation-aws). */
  destination({ name: channel }: Pick<AnyChannel, 'name'>): Outgoing {
    const known = this.#destinations.get(channel);
    if (known !== undefined) return known;
    const { name, place } = this.#queues.referenceOf(channel);
    const facts = this.#clients.facts(place);
    const destination = { system: 'sqs', systemFacts: SQS_FACTS, destination: name, ...facts };
    if (facts !== undefined) this.#destinations.set(channel, destination);
    return destination;
  }

  async check(handlers: readonly HandlerSpec[]): Promise<readonly ThroughlineError[]> {
    const invalid = this.#queues.configurationErrors(channelsOf(handlers));
    const valid = handlers.filter((handler) =>
      channelsOf([handler]).every((channel) => this.#queues.errorOf(channel) === undefined),
    );
    await this.#clients.locate();
    try {
      return [...invalid, ...(await this.#startCheck.run(valid))];
    } catch (error) {
      // An outage does not prevent the start, so it must not hide these errors.
      if (invalid.length > 0 && isUnavailable(error)) return invalid;
      throw error;
    }
  }

  async checkDeadLetterChannels(
    channels: readonly AnyChannel[],
  ): Promise<readonly ThroughlineError[]> {
    const invalid = this.#queues.configurationErrors(channels.map(({ name }) => name));
    const valid = channels.filter(({ name }) => this.#queues.errorOf(name) === undefined);
    await this.#clients.locate();
    return [...invalid, ...(await this.#startCheck.runForDeadLetters(valid))];
  }

  handlerGroups<H extends HandlerSpec>(handlers: readonly H[]): readonly HandlerGroup<H>[] {
    const byQueue = Map.groupBy(handlers, ({ channel }) => this.#keyOf(channel));
    return [...byQueue.values()].map((ofQueue) => ({ handlers: ofQueue }));
  }

  source({ handlers: [first] }: HandlerGroup): Source {
    if (first === undefined) throw new TypeError('A subscription has a handler.');
    const { channel } = first;
    return new SqsSource({
      queues: this.#queues,
      channel: channel.name,
      label: `"${this.#queues.referenceOf(channel.name).text}"${this.#suffix}`,
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
    return this.#ownDeadLetters.textOf(channel.name);
  }

  async storeDeadLetter(request: DeadLetterRequest): Promise<void> {
    const queue = await this.#deadLetterQueueFor(request);
    await this.#context.suppress(() => storeDeadLetter(queue, request));
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
    this.#clients.close();
    return Promise.resolve();
  }

  get #redriveTools(): RedriveTools {
    const { suppress } = this.#context;
    return { queues: this.#queues, ownDeadLetters: this.#ownDeadLetters, suppress };
  }

  async #deadLetterQueueFor({ inbound, to, channel }: DeadLetterRequest): Promise<QueueAddress> {
    if (channel === undefined && inbound instanceof SqsInbound) {
      const { channel: source } = inbound.origin;
      if (this.#ownDeadLetters.isTextOf(source, to))
        return (await this.#ownDeadLetters.find(source)).address;
    }
    return this.#queues.findDeadLetters(this.#queues.referenceOf(to));
  }

  #keyOf({ name }: AnyChannel): string {
    return keyOf(this.#queues.referenceOf(name));
  }

  /**
   * Sends a message to a queue that has not been looked up yet. The lookup and the send together take at most the message's publish
   * timeout.
   */
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
      sender = this.#queues.find(channel).then((queue) => this.#senderTo(queue));
      this.#senders.set(channel, sender);
      // Register this before any caller can wait for the sender: callers that already wait must send before callers that come
      // later.
      sender.then(
        (known) => this.#knownSenders.set(channel, known),
        () => this.#senders.delete(channel),
      );
    }
    return sender;
  }

  #senderTo(queue: QueueAddress): Sender {
    const known = this.#senderOf.find(([other]) => isSameQueue(other, queue));
    if (known !== undefined) return known[1];
    const sender = new Sender(queue, this.#context.suppress);
    this.#senderOf.push([queue, sender]);
    return sender;
  }
}

const channelsOf = (handlers: readonly HandlerSpec[]): readonly string[] =>
  handlers
    .flatMap((handler) => [handler.channel, namedDeadLetters(handler)])
    .flatMap((channel) => (channel === undefined ? [] : [channel.name]));
