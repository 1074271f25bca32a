import { ThroughlineError } from '#base';
import type { Outgoing } from 'throughline/tracing';
import type {
  AnyChannel,
  Connection,
  DeadLetterRequest,
  HandlerGroup,
  HandlerSpec,
  Letter,
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

/** The sides of a broker, by the system of the channels that they carry. */
export interface Sides {
  readonly sqs: Side;
  readonly kafka: Side;
}

/** An application's part in the broker in this process. */
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

  handlerGroups<H extends HandlerSpec>(handlers: readonly H[]): readonly HandlerGroup<H>[] {
    return this.#bySide(handlers).flatMap(([side, ofSide]) => side.handlerGroups(ofSide));
  }

  source(handlerGroup: HandlerGroup): Source {
    const [first] = handlerGroup.handlers;
    if (first === undefined) throw new TypeError('A handler group has a handler.');
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
    const letters = side.letters(from, handler);
    if (deliver !== undefined) return redrive(plan, letters, handOver(deliver));
    const own = this.#sideOf(handler.channel);
    if (from === handler.channel.name && side === own) throw circular(from);
    const write = own.writerTo(plan);
    // In one turn of the event loop: no other redrive moves it as well.
    return redrive(plan, letters, ({ message, isThere, take }) => {
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
        show: (letter) => letter,
        deliver: (letters) =>
          Promise.allSettled(letters.map((letter) => settled(() => write(storedOf(letter))))),
      };
    });
  }

  /** A broker in memory keeps every message until its process ends. */
  retention(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #sideOf({ system }: AnyChannel): Side {
    return system.name === SQS_SYSTEM.name ? this.#sides.sqs : this.#sides.kafka;
  }

  /** Where a dead letter goes: to the channel that its handler names, else to the message's own side. */
  #sideFor({ channel, inbound }: DeadLetterRequest): Side {
    if (channel !== undefined) return this.#sideOf(channel);
    return inbound instanceof TopicInbound ? this.#sides.kafka : this.#sides.sqs;
  }

  /** Where the handler's dead letters are. */
  #keeperOf({ channel, options: { deadLetter } }: HandlerSpec): Side {
    return this.#sideOf(typeof deadLetter === 'object' ? deadLetter : channel);
  }

  #bySide<H extends HandlerSpec>(
    handlers: readonly H[],
  ): readonly (readonly [Side, readonly H[]])[] {
    return [...Map.groupBy(handlers, ({ channel }) => this.#sideOf(channel))];
  }
}

/** What is thrown rejects. */
const settled = <T>(work: () => T): Promise<T> => new Promise((resolve) => resolve(work()));

/** The message that a dead letter of another transport was. */
const storedOf = ({ key, rawKey, raw, headers, details }: Letter): StoredMessage => ({
  body: raw,
  key: rawKey ?? (key === null ? null : Buffer.from(key)),
  headers,
  details,
});

/** What a redrive hands over at the moment: another one in this process leaves it alone. */
const inTransit = new WeakSet<StoredMessage>();

/** Hands letters over to the transport of their handler. One that is refused stays where it is, and ends the redrive. */
const handOver =
  (deliver: Redelivery['deliver']) =>
  async ({ letter, message, isThere, take }: StoredLetter): Promise<boolean> => {
    if (inTransit.has(message) || !isThere()) return false;
    inTransit.add(message);
    try {
      const [answer] = await deliver([letter]);
      if (answer?.status !== 'fulfilled') throw answer?.reason ?? new Error('no answer');
      take();
      return true;
    } finally {
      inTransit.delete(message);
    }
  };

const circular = (name: string): ThroughlineError =>
  new ThroughlineError(
    'TL_SQS_REDRIVE_CIRCULAR',
    `"${name}" is the handler's own channel: its dead letters would be moved from there to there.`,
  );
