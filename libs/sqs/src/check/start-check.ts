import { isUnavailable, ThroughlineError } from '#base';
import type { AnyChannel, HandlerSpec } from 'throughline/transport';
import { SQS_SYSTEM } from '../channel.js';
import { LOOKING_UP, toSqsError } from '../client/failures.js';
import type { OwnDeadLetters } from '../queues/own-dead-letters.js';
import { isThere } from '../queues/queue-attributes.js';
import {
  isSameQueue,
  keyOf,
  type QueueAddress,
  type QueueReference,
} from '../queues/queue-reference.js';
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

/** Checks handlers against their queues before anything is received. Creates missing queues if `createMissing` is set. */
export class StartCheck {
  readonly #parts: StartCheckParts;

  constructor(parts: StartCheckParts) {
    this.#parts = parts;
  }

  /**
   * Returns all configuration errors of the handlers and their queues.
   *
   * @throws ThroughlineError `TL_SQS_UNAVAILABLE`
   */
  async run(handlers: readonly HandlerSpec[]): Promise<readonly ThroughlineError[]> {
    // The first lookup creates a missing queue. The dead-letter queues come first: if one of them also has a handler, it still gets
    // the retention of a dead-letter queue.
    const deadLetters = await Promise.allSettled(
      handlers.map((handler) => this.#deadLettersOf(handler)),
    );
    const queues = await Promise.allSettled(
      handlers.map((handler, index) => this.#checkQueue(handler, deadLetters[index])),
    );
    const errors = [
      ...queues.flatMap((one) => (one.status === 'fulfilled' ? one.value : [])),
      ...failuresOf([...queues, ...deadLetters]),
    ];
    return [...errors, ...(await this.#duplicates(handlers))];
  }

  /**
   * Checks the queues that handlers name for their dead letters. The handlers may belong to another transport.
   *
   * @throws ThroughlineError `TL_SQS_UNAVAILABLE`
   */
  async runForDeadLetters(channels: readonly AnyChannel[]): Promise<readonly ThroughlineError[]> {
    const { queues } = this.#parts;
    const found = channels.map(async ({ name }) => {
      const reference = queues.referenceOf(name);
      return this.#existing(reference, await queues.findDeadLetters(reference));
    });
    return failuresOf(await Promise.allSettled(found));
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
   * Returns the queue for a handler's dead letters, if there is one. Returns `undefined` for a named queue that is missing, which
   * {@link StartCheck.runForDeadLetters} reports.
   */
  async #deadLettersOf(handler: HandlerSpec): Promise<QueueAddress | undefined> {
    const { queues, ownDeadLetters } = this.#parts;
    const { channel, options } = handler;
    if (options.deadLetter === true) {
      const { reference, address } = await ownDeadLetters.find(channel.name);
      return this.#existing(reference, address, queues.referenceOf(channel.name).name);
    }
    const named = namedDeadLetters(handler);
    return named && queues.findExisting(queues.referenceOf(named.name));
  }

  /**
   * Returns the address of a dead-letter queue. If the queue is configured by its URL, checks that it exists, because a lookup by
   * URL does not ask SQS.
   *
   * @param of the name of the queue whose messages become dead letters, where it is known
   * @throws ThroughlineError `TL_SQS_QUEUE_MISSING`
   */
  async #existing(
    reference: QueueReference,
    address: QueueAddress,
    of?: string,
  ): Promise<QueueAddress> {
    const isAssumed = reference.url !== undefined;
    if (isAssumed && !(await this.#parts.suppress(() => isThere(address))))
      throw deadLettersMissing(reference, of);
    return address;
  }

  /**
   * Returns errors for handlers that share a queue. One queue may be configured by name, URL and ARN, and only SQS knows that they
   * refer to the same queue.
   */
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

/**
 * Returns the channel that a handler names for its dead letters, if this transport serves that channel. Channels of other
 * transports may have the same names.
 */
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
    `"${queue.name}" is both the queue and the deadLetter queue of ${name}, so the handler would receive its own dead letters. ` +
      'Choose another queue, or set deadLetter: true to use the default dead-letter queue.',
  );

const duplicate = (handlers: readonly HandlerSpec[]): ThroughlineError =>
  new ThroughlineError(
    'TL_HANDLER_DUPLICATE',
    `${handlers.map(({ channel }) => `"${channel.name}"`).join(' and ')} are the same queue. Its handlers are ` +
      `${handlers.map(({ name }) => name).join(' and ')}, but each message would go to only one of them. ${SQS_SYSTEM.sharing}`,
  );

/**
 * Returns the errors of the searches that failed.
 *
 * @throws ThroughlineError `TL_SQS_UNAVAILABLE` if one of the searches failed because of an outage
 */
function failuresOf(
  searches: readonly PromiseSettledResult<unknown>[],
): readonly ThroughlineError[] {
  const errors = searches.flatMap((one) =>
    one.status === 'rejected' ? [toSqsError('looking up queues', one.reason, LOOKING_UP)] : [],
  );
  const outage = errors.find(isUnavailable);
  if (outage !== undefined) throw outage;
  return errors;
}
