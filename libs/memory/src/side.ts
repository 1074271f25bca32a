import type { Outgoing } from 'throughline/tracing';
import type {
  AnyChannel,
  DeadLetterRequest,
  HandlerGroup,
  HandlerSpec,
  Letter,
  Outbound,
  Receipt,
  RedeliveryTarget,
  Source,
} from 'throughline/transport';
import type { ThroughlineError } from '#base';
import type { QueueTerms } from '../../sqs/src/channel.js';
import type { TopicTerms } from '../../kafka/src/channel.js';
import type { StoredMessage } from './message.js';

/** What a connection makes of the options of a publish: those of a queue, or those of a topic. */
export type MemoryTerms = QueueTerms | TopicTerms;

/** A dead letter, where it is stored. */
export interface StoredLetter {
  readonly letter: Letter;
  readonly message: StoredMessage;
  /** Whether no redrive has moved it, and nobody has received it. */
  readonly isThere: () => boolean;
  /** Takes it out of its channel, or remembers that it was moved. */
  readonly take: () => void;
}

/** One kind of channel on the broker in this process: the queues, or the topics. */
export interface Side {
  destination(channel: AnyChannel): Outgoing;
  check(handlers: readonly HandlerSpec[]): readonly ThroughlineError[];
  handlerGroups<H extends HandlerSpec>(handlers: readonly H[]): readonly HandlerGroup<H>[];
  source(handlerGroup: HandlerGroup): Source;
  publishTerms(channel: AnyChannel, options: Readonly<Record<string, unknown>>): MemoryTerms;
  send(message: Outbound<MemoryTerms>): Receipt;
  /** The name of the channel where the handler's dead letters are stored unless it names another. */
  deadLettersOf(handler: HandlerSpec): string;
  storeDeadLetter(request: DeadLetterRequest): void;
  /** The dead letters that a channel holds now. */
  letters(channel: string, handler: HandlerSpec): readonly StoredLetter[];
  /** Writes to where the target's handler reads. Throws for a message that the channel cannot take. */
  writerTo(target: RedeliveryTarget): (message: StoredMessage) => void;
}
