import type { MemoryBroker, MemoryTopic } from 'throughline/memory';
import type { RawChannel, RawMessage } from '../index.js';
import type { HeldChannels } from './held-channels.fixture.js';
import { eventually, rawOf, storedOf } from './stored.fixture.js';

/** A member of a group that handles nothing. */
type Member = Parameters<ReturnType<MemoryBroker['group']>['join']>[0];

/** A topic of the broker in memory, seen from outside. */
export class TopicChannel implements RawChannel {
  readonly #topic: MemoryTopic;
  #others: readonly Member[] = [];

  constructor(
    private readonly broker: MemoryBroker,
    readonly name: string,
    private readonly group: string,
    partitions: number,
    private readonly held: HeldChannels,
  ) {
    this.#topic = broker.createTopic(name, { partitions });
    broker.createTopic(this.#deadLetterName, { partitions: 1 });
    broker.createTopic(`${name}.${group}.retry`, { partitions: 1 });
  }

  send(messages: readonly RawMessage[]): Promise<void> {
    for (const message of messages) this.#topic.append(storedOf(message));
    return Promise.resolve();
  }

  async deadLetters(atLeast: number): Promise<readonly RawMessage[]> {
    const letters = (): readonly RawMessage[] =>
      (this.broker.topic(this.#deadLetterName)?.records ?? []).map(({ message }) => rawOf(message));
    await eventually(() => letters().length >= atLeast);
    return letters();
  }

  unsettled(): Promise<number> {
    this.#endOthers();
    return Promise.resolve(this.broker.lag(this.group, this.name));
  }

  /** Another member joins, and gets some of the partitions. */
  async revokeInProgress(): Promise<void> {
    const assigned = Promise.withResolvers<undefined>();
    const other: Member = {
      topics: [this.#topic],
      assign: () => assigned.resolve(undefined),
      revoke: () => Promise.resolve(),
    };
    this.#others = [...this.#others, other];
    this.broker.group(this.group).join(other);
    await assigned.promise;
  }

  /** Another member joins and leaves, and the partitions that it had come back. */
  async redeliver(): Promise<void> {
    await this.revokeInProgress();
    this.#endOthers();
  }

  refuseDeadLetters(): Promise<void> {
    this.broker.deleteTopic(this.#deadLetterName);
    return Promise.resolve();
  }

  acceptDeadLetters(): Promise<void> {
    this.broker.createTopic(this.#deadLetterName, { partitions: 1 });
    return Promise.resolve();
  }

  holdSends(): () => void {
    return this.held.hold(this.name);
  }

  get #deadLetterName(): string {
    return `${this.name}.${this.group}.dlq`;
  }

  #endOthers(): void {
    for (const other of this.#others) this.broker.group(this.group).leave(other);
    this.#others = [];
  }
}
