import type { Outgoing } from 'throughline/tracing';
import type {
  AnyChannel,
  DeadLetterRequest,
  HandlerGroup,
  HandlerSpec,
  StoredDeadLetter,
  Outbound,
  Receipt,
  RedeliveryTarget,
  Source,
} from 'throughline/transport';
import type { ThroughlineError } from '#base';
import type { QueueTerms } from '../../sqs/src/channel.js';
import type { TopicTerms } from '../../kafka/src/channel.js';
import type { StoredMessage } from './message.js';

/** The checked publish options of a queue or a topic. */
export type MemoryTerms = QueueTerms | TopicTerms;

/** A stored dead letter. */
export interface StoredLetter {
  readonly deadLetter: StoredDeadLetter;
  readonly message: StoredMessage;
  /** Whether the dead letter is still in its channel, that is, it was neither moved nor received. */
  readonly isThere: () => boolean;
  /** Removes the dead letter from its channel, or records that it was moved. */
  readonly take: () => void;
}

/** One kind of channel of the in-memory broker: the queues, or the topics. */
export interface Side {
  destination(channel: AnyChannel): Outgoing;
  check(handlers: readonly HandlerSpec[]): readonly ThroughlineError[];
  /** Returns an error if the dead-letter channel is missing and must not be created. */
  missingDeadLetterChannel(name: string): ThroughlineError | undefined;
  handlerGroups<H extends HandlerSpec>(handlers: readonly H[]): readonly HandlerGroup<H>[];
  source(handlerGroup: HandlerGroup): Source;
  publishTerms(channel: AnyChannel, options: Readonly<Record<string, unknown>>): MemoryTerms;
  send(message: Outbound<MemoryTerms>): Receipt;
  /** Returns the name of the handler's default dead-letter channel. */
  deadLettersOf(handler: HandlerSpec): string;
  storeDeadLetter(request: DeadLetterRequest): void;
  /** Returns the dead letters that a channel contains now. */
  deadLetters(channel: string, handler: HandlerSpec): readonly StoredLetter[];
  /**
   * Returns a function that writes messages to the place from which the target's handler reads. The function throws if the
   * channel does not accept a message.
   */
  writerTo(target: RedeliveryTarget): (message: StoredMessage) => void;
}
