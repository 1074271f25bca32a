import { isUnavailable, ThroughlineError } from '#base';
import type { AnyChannel, HandlerSpec } from 'throughline/transport';
import { SQS_SYSTEM } from '../channel.js';
import { LOOKING_UP, toSqsError } from '../client/failures.js';
import type { OwnDeadLetterQueue, OwnDeadLetters } from '../queues/own-dead-letters.js';
import { isThere } from '../queues/queue-attributes.js';
import { isSameQueue, keyOf, type QueueAddress } from '../queues/queue-reference.js';
import { deadLettersMissing, type Queues } from '../queues/queues.js';
import type { RedrivePolicies } from '../queues/redrive-policies.js';
import type { Retentions } from '../queues/retentions.js';
import { configurationErrorsOf } from './queue-checks.js';

export interface StartCheckParts {
  readonly queues: Queues;
  readonly ownDeadLetters: OwnDeadLetters;
  readonly policies: RedrivePolicies;
  readonly retentions: Retentions;
  readonly suppress: <R>(clientCall: () => R) => R;
}

/** Checks handlers against their queues before anything is received. Creates missing queues if that is configured. */
export class StartCheck {
  readonly #parts: StartCheckParts;

  constructor(parts: StartCheckParts) {
    this.#parts = parts;
  }

  /**
   * Returns all configuration errors.
   *
   * @throws ThroughlineError `TL_SQS_UNAVAILABLE`
   */
  async run(handlers: readonly HandlerSpec[]): Promise<readonly ThroughlineError[]> {
    // Whoever looks first creates a missing queue. One that is handled, too, is still a dead-letter queue.
    const deadLetters = await Promise.allSettled(
      handlers.map((handler) => this.#deadLettersOf(handler)),
    );
    const queues = await Promise.allSettled(
      handlers.map((handler, index) => this.#checkQueue(handler, deadLetters[index])),
    );
    const errors = [
      ...queues.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])),
      ...[...queues, ...deadLetters].flatMap((one) =>
        one.status === 'rejected' ? [toSqsError('looking up queues', one.reason, LOOKING_UP)] : [],
      ),
    ];
    const outage = errors.find(isUnavailable);
    if (outage !== undefined) throw outage;
    return withoutRepetitions([...errors, ...(await this.#duplicates(handlers))]);
  }

  async #checkQueue(
    handler: HandlerSpec,
    deadLetters: PromiseSettledResult<QueueAddress | undefined> | undefined,
  ): Promise<readonly ThroughlineError[]> {
    const { queues, policies, retentions, suppress } = this.#parts;
    const queue = await queues.find(handler.channel.name);
    if (deadLetters?.status === 'fulfilled' && deadLetters.value !== undefined) {
      if (isSameQueue(deadLetters.value, queue)) return [circular(handler, queue)];
      await retentions.warnIfShorter(deadLetters.value, queue);
    }
    return suppress(() => configurationErrorsOf(queue, handler, policies));
  }

  /**
   * The queue for the handler's dead letters, if there is one.
   *
   * @throws ThroughlineError `TL_SQS_QUEUE_MISSING`, even if the queue is configured by its URL and would otherwise be assumed to
   * exist
   */
  async #deadLettersOf(handler: HandlerSpec): Promise<QueueAddress | undefined> {
    const found = await this.#findDeadLetters(handler);
    if (found === undefined) return undefined;
    const { queues, suppress } = this.#parts;
    const { address, reference } = found;
    if (reference.url !== undefined && !(await suppress(() => isThere(address))))
      throw deadLettersMissing(reference, queues.referenceOf(handler.channel.name).name);
    return address;
  }

  async #findDeadLetters(
    handler: HandlerSpec,
  ): Promise<Pick<OwnDeadLetterQueue, 'address' | 'reference'> | undefined> {
    const { queues, ownDeadLetters } = this.#parts;
    const { channel, options } = handler;
    if (options.deadLetter === true) return ownDeadLetters.find(channel.name);
    const named = namedDeadLetters(handler);
    if (named === undefined) return undefined;
    const reference = queues.referenceOf(named.name);
    const { name } = queues.referenceOf(channel.name);
    return { reference, address: await queues.findDeadLetters(reference, name) };
  }

  /** One queue may be configured by name, URL and ARN. Only SQS knows that they refer to the same queue. */
  async #duplicates(handlers: readonly HandlerSpec[]): Promise<readonly ThroughlineError[]> {
    const { queues } = this.#parts;
    const byKey = Map.groupBy(handlers, ({ channel }) => keyOf(queues.referenceOf(channel.name)));
    const found = await Promise.all(
      [...byKey.values()].map(async ([handler]) => {
        if (handler === undefined) return [];
        const queue = await queues.find(handler.channel.name).catch(() => undefined);
        return queue === undefined ? [] : [{ handler, queue }];
      }),
    );
    const byClient = Map.groupBy(found.flat(), ({ queue }) => queue.client);
    return [...byClient.values()]
      .flatMap((ofClient) => [...Map.groupBy(ofClient, ({ queue }) => queue.url).values()])
      .filter((ofQueue) => ofQueue.length > 1)
      .map((ofQueue) => duplicate(ofQueue.map(({ handler }) => handler)));
  }
}

/** The channel that a handler names for its dead letters, if this transport serves it. Other transports have their own names. */
export function namedDeadLetters({
  channel: { system, transport },
  options: { deadLetter },
}: HandlerSpec): AnyChannel | undefined {
  if (typeof deadLetter !== 'object') return undefined;
  const isOurs = deadLetter.system.name === system.name && deadLetter.transport === transport;
  return isOurs ? deadLetter : undefined;
}

const circular = ({ name }: HandlerSpec, queue: QueueAddress): ThroughlineError =>
  new ThroughlineError(
    'TL_OPTION_INVALID',
    `${name} has the queue "${queue.name}" as deadLetter. It also handles that queue, so it would receive its own dead letters. ` +
      'Choose another queue, or set deadLetter: true.',
  );

const duplicate = (handlers: readonly HandlerSpec[]): ThroughlineError =>
  new ThroughlineError(
    'TL_HANDLER_DUPLICATE',
    `${handlers.map(({ channel }) => `"${channel.name}"`).join(' and ')} are the same queue, but each message goes to only one handler, not to ` +
      `${handlers.map(({ name }) => name).join(' and ')}. ${SQS_SYSTEM.sharing}`,
  );

/** Wrong credentials are reported by every request. */
const withoutRepetitions = (errors: readonly ThroughlineError[]): readonly ThroughlineError[] => [
  ...new Map(errors.map((error) => [`${error.code} ${error.message}`, error])).values(),
];
