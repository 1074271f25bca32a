import { randomUUID } from 'node:crypto';
import type { HeaderValue } from '#base';
import type { KafkaDriver, Position } from 'throughline/kafka';
import type { RawChannel, RawMessage } from './contract.js';
import { GroupMember } from './group-member.fixture.js';
import type { HeldSends } from './held-sends.js';

const DEAD_LETTERS_WITHIN = 30_000;
const MARKER = 'conformance-end';

/** What is seen of a topic from outside, by a driver alone. */
export class KafkaChannel implements RawChannel {
  readonly #deadLetters: GroupMember;
  #others: readonly GroupMember[] = [];

  constructor(
    readonly name: string,
    private readonly driver: KafkaDriver,
    private readonly group: string,
    private readonly partitions: number,
    /** The topics that nobody can write to, and those that one waits for. */
    private readonly trouble: { readonly refused: Set<string>; readonly held: HeldSends },
  ) {
    this.#deadLetters = new GroupMember(driver, `outside-${randomUUID()}`, this.#deadLetterTopic);
  }

  async send(messages: readonly RawMessage[]): Promise<void> {
    const records = messages.map(({ body, ...rest }) => ({
      topic: this.name,
      value: body,
      ...rest,
    }));
    await this.#produce(records);
  }

  async deadLetters(atLeast: number): Promise<readonly RawMessage[]> {
    const member = this.#deadLetters;
    await member.join();
    const letters = (): readonly RawMessage[] =>
      member.seen
        .filter(({ headers }) => !(MARKER in headers))
        .map(({ key, value, headers }) => ({
          body: value ?? new Uint8Array(),
          key: key === null ? null : Buffer.from(key).toString(),
          headers: headers as Readonly<Record<string, HeaderValue>>,
        }));
    await member.until(() => letters().length >= atLeast, DEAD_LETTERS_WITHIN);
    // Everything before this one is there by the time it comes.
    const end = randomUUID();
    const marker = {
      topic: this.#deadLetterTopic,
      key: null,
      value: null,
      headers: { [MARKER]: end },
    };
    await this.#produce([marker]);
    await member.until(
      () => member.seen.some(({ headers }) => String(headers[MARKER]) === end),
      DEAD_LETTERS_WITHIN,
    );
    return letters();
  }

  async unsettled(): Promise<number> {
    await this.#endOthers();
    const member = new GroupMember(this.driver, this.group, this.name);
    const committed = await member.join();
    await member.leave();
    const ends = await this.#produce(
      Array.from({ length: this.partitions }, (_, partition) => ({
        topic: this.name,
        key: null,
        value: null,
        headers: { [MARKER]: 'end' },
        partition,
      })),
    );
    return ends.reduce((sum, { partition, offset }) => {
      const of = committed.find((one) => one.partition === partition);
      return sum + offset - (of?.committed?.offset ?? 0);
    }, 0);
  }

  /** Another member joins, and gets some of the partitions. */
  async takeAway(): Promise<void> {
    const other = new GroupMember(this.driver, this.group, this.name);
    this.#others = [...this.#others, other];
    await other.join();
    await other.until(() => other.hasPartitions, DEAD_LETTERS_WITHIN);
  }

  /** Another member joins and leaves, and the partitions that it had come back. */
  async handOutAgain(): Promise<void> {
    await this.takeAway();
    await this.#endOthers();
  }

  refuseDeadLetters(): Promise<void> {
    this.trouble.refused.add(this.#deadLetterTopic);
    return Promise.resolve();
  }

  takeDeadLetters(): Promise<void> {
    this.trouble.refused.delete(this.#deadLetterTopic);
    return Promise.resolve();
  }

  holdSends(): () => void {
    return this.trouble.held.hold(this.name);
  }

  async commit(offset: number, metadata: string): Promise<void> {
    const member = new GroupMember(this.driver, this.group, this.name);
    await member.join();
    await member.commit([{ topic: this.name, partition: 0, offset, metadata }]);
    await member.leave();
  }

  /** Leaves all groups. */
  async close(): Promise<void> {
    await this.#endOthers();
    await this.#deadLetters.leave();
  }

  get #deadLetterTopic(): string {
    return `${this.name}.${this.group}.dlq`;
  }

  async #endOthers(): Promise<void> {
    await Promise.all(this.#others.map((member) => member.leave()));
    this.#others = [];
  }

  async #produce(
    records: Parameters<ReturnType<KafkaDriver['producer']>['send']>[0],
  ): Promise<readonly Position[]> {
    const producer = this.driver.producer();
    const answers = await producer.send(records);
    await producer.close();
    return answers.map((answer) => {
      if (answer.status === 'rejected') throw answer.reason;
      return answer.value;
    });
  }
}
