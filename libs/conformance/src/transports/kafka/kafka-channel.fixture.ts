import { randomUUID } from 'node:crypto';
import type { HeaderValue } from '#base';
import type { KafkaDriver, Position } from 'throughline/kafka';
import type { RawChannel, RawMessage } from '../contract.js';
import { GroupMember } from './group-member.fixture.js';
import type { HeldSends } from '../fixture/held-sends.js';

const DEAD_LETTER_TIMEOUT_MS = 30_000;
const MARKER = 'conformance-end';

/** A topic as seen from outside, through a driver only. */
export class KafkaChannel implements RawChannel {
  readonly #deadLetters: GroupMember;
  #others: readonly GroupMember[] = [];

  constructor(
    readonly name: string,
    private readonly driver: KafkaDriver,
    private readonly group: string,
    private readonly partitions: number,
    /** The topics that refuse writes, and those whose writes are delayed. */
    private readonly faults: { readonly refused: Set<string>; readonly held: HeldSends },
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
    const deadLetters = (): readonly RawMessage[] =>
      member.seen
        .filter(({ headers }) => !(MARKER in headers))
        .map(({ key, value, headers }) => ({
          body: value ?? new Uint8Array(),
          key: key === null ? null : Buffer.from(key).toString(),
          headers: headers as Readonly<Record<string, HeaderValue>>,
        }));
    await member.until(() => deadLetters().length >= atLeast, DEAD_LETTER_TIMEOUT_MS);
    // When this record arrives, everything before it has arrived.
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
      DEAD_LETTER_TIMEOUT_MS,
    );
    return deadLetters();
  }

  async unsettled(): Promise<number> {
    await this.#endOthers();
    const member = new GroupMember(this.driver, this.group, this.name);
    const committed = await member.join();
    await member.remove();
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

  /** Another member joins and receives some of the partitions. */
  async revokeInProgress(): Promise<void> {
    const other = new GroupMember(this.driver, this.group, this.name);
    this.#others = [...this.#others, other];
    await other.join();
    await other.until(() => other.hasPartitions, DEAD_LETTER_TIMEOUT_MS);
  }

  /** Another member joins and leaves. Its partitions return to the application. */
  async redeliver(): Promise<void> {
    await this.revokeInProgress();
    await this.#endOthers();
  }

  refuseDeadLetters(): Promise<void> {
    this.faults.refused.add(this.#deadLetterTopic);
    return Promise.resolve();
  }

  acceptDeadLetters(): Promise<void> {
    this.faults.refused.delete(this.#deadLetterTopic);
    return Promise.resolve();
  }

  holdSends(): () => void {
    return this.faults.held.hold(this.name);
  }

  async commit(offset: number, metadata: string): Promise<void> {
    const member = new GroupMember(this.driver, this.group, this.name);
    await member.join();
    await member.commit([{ topic: this.name, partition: 0, offset, metadata }]);
    await member.remove();
  }

  /** Leaves all groups. */
  async close(): Promise<void> {
    await this.#endOthers();
    await this.#deadLetters.remove();
  }

  get #deadLetterTopic(): string {
    return `${this.name}.${this.group}.dlq`;
  }

  async #endOthers(): Promise<void> {
    await Promise.all(this.#others.map((member) => member.remove()));
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
