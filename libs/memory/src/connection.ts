import { ThroughlineError } from '#base';
import type { Outgoing } from 'throughline/tracing';
import type {
  AnyChannel,
  Connection,
  DeadLetterRequest,
  HandlerGroup,
  HandlerSpec,
  StoredDeadLetter,
  Outbound,
  Receipt,
  Redelivery,
  RedeliveryTarget,
  RedrivePlan,
  RedriveProgress,
  Source,
} from 'throughline/transport';
import { SQS_SYSTEM } from '../../sqs/src/channel.js';
import type { StoredMessage } from './message.js';
import { redrive } from './redrive.js';
import type { MemoryTerms, Side, StoredLetter } from './side.js';
import { TopicInbound } from './topic/inbound.js';

/** The queues and the topics of an in-memory broker, by the name of the system whose channels they serve. */
export interface Sides {
  readonly sqs: Side;
  readonly kafka: Side;
}

/** The connection of an application to the in-memory broker. */
export class MemoryConnection implements Connection<MemoryTerms> {
  readonly #sides: Sides;

  constructor(sides: Sides) {
    this.#sides = sides;
  }

  destination(channel: AnyChannel): Outgoing {
    return this.#sideOf(channel).destination(channel);
  }

  check(handlers: readonly HandlerSpec[]): Promise<readonly ThroughlineError[]> {
    return settled(() => this.#bySide(handlers).flatMap(([side, ofSide]) => side.check(ofSide)));
  }

  checkDeadLetterChannels(channels: readonly AnyChannel[]): Promise<readonly ThroughlineError[]> {
    return settled(() =>
      channels.flatMap((one) => this.#sideOf(one).missingDeadLetterChannel(one.name) ?? []),
    );
  }

  handlerGroups<H extends HandlerSpec>(handlers: readonly H[]): readonly HandlerGroup<H>[] {
    return this.#bySide(handlers).flatMap(([side, ofSide]) => side.handlerGroups(ofSide));
  }

  source(handlerGroup: HandlerGroup): Source {
    const [first] = handlerGroup.handlers;
    if (first === undefined) throw new TypeError('A handler group needs at least one handler.');
    return this.#sideOf(first.channel).source(handlerGroup);
  }

  publishTerms(channel: AnyChannel, options: Readonly<Record<string, unknown>>): MemoryTerms {
    return this.#sideOf(channel).publishTerms(channel, options);
  }

  send(message: Outbound<MemoryTerms>): Promise<Receipt> {
    return settled(() => this.#sideOf(message.channel).send(message));
  }

  deadLettersOf(handler: HandlerSpec): string {
    return this.#sideOf(handler.channel).deadLettersOf(handler);
  }

  storeDeadLetter(request: DeadLetterRequest): Promise<void> {
    return settled(() => this.#sideFor(request).storeDeadLetter(request));
  }

  async redrive(plan: RedrivePlan): Promise<RedriveProgress> {
    const { handler, from, deliver } = plan;
    const side = this.#keeperOf(handler);
    const deadLetters = side.deadLetters(from, handler);
    if (deliver !== undefined) return redrive(plan, deadLetters, handOver(deliver));
    const own = this.#sideOf(handler.channel);
    if (from === handler.channel.name && side === own) throw circular(from);
    const write = own.writerTo(plan);
    // All of this happens in one turn of the event loop, so no other redrive can move the same dead letter.
    return redrive(plan, deadLetters, ({ message, isThere, take }) => {
      if (!isThere()) return false;
      write(message);
      take();
      return true;
    });
  }

  redelivery(target: RedeliveryTarget): Promise<Redelivery> {
    return settled(() => {
      const write = this.#sideOf(target.handler.channel).writerTo(target);
      return {
        show: (deadLetter) => deadLetter,
        deliver: (deadLetters) =>
          Promise.allSettled(
            deadLetters.map((deadLetter) => settled(() => write(storedOf(deadLetter)))),
          ),
      };
    });
  }

  /** Returns `undefined`, because an in-memory broker keeps every message until its process ends. */
  retention(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #sideOf({ system }: AnyChannel): Side {
    return system.name === SQS_SYSTEM.name ? this.#sides.sqs : this.#sides.kafka;
  }

  /**
   * Returns the kind of channel to which a dead letter goes: that of the channel that its handler names, or else that of the
   * message's own channel.
   */
  #sideFor({ channel, inbound }: DeadLetterRequest): Side {
    if (channel !== undefined) return this.#sideOf(channel);
    return inbound instanceof TopicInbound ? this.#sides.kafka : this.#sides.sqs;
  }

  /** Returns the kind of channel that stores the handler's dead letters. */
  #keeperOf({ channel, options: { deadLetter } }: HandlerSpec): Side {
    return this.#sideOf(typeof deadLetter === 'object' ? deadLetter : channel);
  }

  #bySide<H extends HandlerSpec>(
    handlers: readonly H[],
  ): readonly (readonly [Side, readonly H[]])[] {
    return [...Map.groupBy(handlers, ({ channel }) => this.#sideOf(channel))];
  }
}

/** Calls a function. An error that it throws becomes a rejection. */
const settled = <T>(work: () => T): Promise<T> => new Promise((resolve) => resolve(work()));

/** Restores the original message of a dead letter that another transport stored. */
const storedOf = ({ key, rawKey, raw, headers, details }: StoredDeadLetter): StoredMessage => ({
  body: raw,
  key: rawKey ?? (key === null ? null : Buffer.from(key)),
  headers,
  details,
});

/** The messages that a redrive is moving. Other redrives in this process skip these messages. */
const inTransit = new WeakSet<StoredMessage>();

/**
 * Creates a function that passes dead letters to the transport of their handler. If that transport refuses a dead letter, the
 * dead letter stays where it is, and the redrive ends.
 */
const handOver =
  (deliver: Redelivery['deliver']) =>
  async ({ deadLetter, message, isThere, take }: StoredLetter): Promise<boolean> => {
    if (inTransit.has(message) || !isThere()) return false;
    inTransit.add(message);
    try {
      const [answer] = await deliver([deadLetter]);
      if (answer?.status !== 'fulfilled') throw answer?.reason ?? new Error('no response');
      take();
      return true;
    } finally {
      inTransit.delete(message);
    }
  };

const circular = (name: string): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_REDRIVE_CIRCULAR',
    `"${name}" is both the handler's channel and its deadLetter channel, so a redrive would move messages back to the same channel. Set a different deadLetter channel.`,
  );
