import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import fc from 'fast-check';
import type { InboundMessage, Source } from 'throughline/transport';
import { memory, type MemoryDriver } from '../drivers/index.js';
import { KafkaFixture, upTo } from '../kafka.fixture.js';
import { OpenSink } from './sink.fixture.js';

Logger.overrideLogger(false);

const DONE = { kind: 'ack', as: 'done' } as const;
const PARTITIONS = 2;

/** One step of a history. A place is a part of the log, from 0 (its start) to 1 (its end). */
type Step =
  | { readonly kind: 'send' | 'wait'; readonly count: number }
  | { readonly kind: 'handle'; readonly which: 'all' | 'first half' | 'every second' }
  | {
      readonly kind: 'truncate' | 'trim' | 'reset' | 'reset during an outage';
      readonly partition: number;
      readonly place: number;
    }
  | { readonly kind: 'start' | 'stop' | 'kill'; readonly member: number }
  | { readonly kind: 'recreate' | 'outage' };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('send', 'wait'),
    count: fc.integer({ min: 1, max: 12 }),
  }),
  fc.record({
    kind: fc.constant('handle'),
    which: fc.constantFrom('all', 'first half', 'every second'),
  }),
  fc.record({
    kind: fc.constantFrom('truncate', 'trim', 'reset', 'reset during an outage'),
    partition: fc.nat({ max: PARTITIONS - 1 }),
    place: fc.double({ min: 0, max: 1, noNaN: true }),
  }),
  fc.record({
    kind: fc.constantFrom('start', 'start', 'stop', 'kill'),
    member: fc.nat({ max: 1 }),
  }),
  fc.record({ kind: fc.constantFrom('recreate', 'outage') }),
);

interface Running {
  readonly source: Source;
  readonly sink: OpenSink;
}

/** A topic, the members of a group that read it, and what they have handled. */
class History {
  readonly #members = new Map<number, Running>();
  readonly #handled = new Set<number>();
  readonly #settled = new WeakSet<InboundMessage>();
  /** What an operator has skipped by moving the group's commit forward. */
  readonly #skipped = new Set<number>();
  #sent = 0;

  private constructor(
    private readonly driver: MemoryDriver,
    private readonly fixture: KafkaFixture,
  ) {}

  static async open(): Promise<History> {
    const driver = memory();
    return new History(driver, await KafkaFixture.open(driver, PARTITIONS));
  }

  async run(step: Step): Promise<void> {
    const { topic } = this.fixture;
    switch (step.kind) {
      case 'send':
        return this.#send(step.count);
      case 'wait':
        return turns(step.count);
      case 'handle':
        this.#handle(step.which);
        return undefined;
      case 'start':
        return this.#start(step.member);
      case 'stop':
        return this.#stop(step.member, AbortSignal.timeout(5_000));
      case 'kill':
        return this.#stop(step.member, AbortSignal.abort());
      case 'recreate':
        return this.#recreate();
      case 'outage':
        return this.#outage();
      case 'truncate':
      case 'trim':
        this.driver[step.kind]({
          topic,
          partition: step.partition,
          offset: await this.#offsetAt(step),
        });
        return undefined;
      case 'reset':
        // A broker refuses to reset a group that has members.
        return this.#members.size > 0 ? undefined : this.#reset(step);
      case 'reset during an outage':
        return this.#reset(step);
    }
  }

  /** Handles whatever a last member receives. Resolves with what the log holds and nobody has handled or skipped. */
  async finish(): Promise<readonly number[]> {
    for (const member of [...this.#members.keys()]) {
      if (member > 0) await this.#stop(member, AbortSignal.timeout(5_000));
    }
    await this.#start(0);
    const expected = (await this.#log()).map(({ value }) => value);
    const missing = (): readonly number[] =>
      expected.filter((value) => !this.#handled.has(value) && !this.#skipped.has(value));
    await this.#members.get(0)?.sink.until('that all is handled', () => {
      this.#handle('all');
      return missing().length === 0;
    });
    await this.#stop(0, AbortSignal.timeout(5_000));
    await this.driver.close();
    return missing();
  }

  async #send(count: number): Promise<void> {
    await this.fixture.write(
      upTo(count).map(() => {
        this.#sent += 1;
        return {
          topic: this.fixture.topic,
          key: `key-${this.#sent % 5}`,
          value: Buffer.from(String(this.#sent)),
          headers: {},
          partition: partitionOf(this.#sent),
        };
      }),
    );
  }

  #handle(which: 'all' | 'first half' | 'every second'): void {
    for (const { source, sink } of this.#members.values()) {
      const half = sink.received.length / 2;
      const chosen = sink.received.filter(
        (_, at) => which === 'all' || (which === 'first half' ? at < half : at % 2 === 0),
      );
      // What a member has lost does not run, and what has run is settled once.
      const ours = chosen.filter((one) => one.isOurs !== false && !this.#settled.has(one));
      for (const inbound of ours) {
        this.#settled.add(inbound);
        this.#handled.add(valueIn(inbound.raw));
      }
      void source.settle(ours.map((inbound) => ({ inbound, outcome: DONE })));
    }
  }

  async #start(member: number): Promise<void> {
    if (this.#members.has(member)) return;
    const source = this.fixture.connection().source({ handlers: [this.fixture.handler] });
    const sink = new OpenSink();
    this.#members.set(member, { source, sink });
    await source.start(sink);
  }

  async #stop(member: number, deadline: AbortSignal): Promise<void> {
    const running = this.#members.get(member);
    this.#members.delete(member);
    await running?.source.stop(deadline);
  }

  /** An operator's commit does not say of which log it is, so it is deleted with its topic. */
  async #recreate(): Promise<void> {
    const { topic, group } = this.fixture;
    const commits = [...(await this.driver.committed(group, topic))];
    this.driver.deleteTopic(topic);
    this.driver.resetCommits(
      group,
      commits
        .filter(([, { metadata }]) => metadata !== '')
        .map(([partition, commit]) => ({ topic, partition, ...commit })),
    );
    await this.driver.create([{ name: topic, partitions: PARTITIONS }]);
  }

  /** The members lose the broker, and rejoin. */
  async #outage(): Promise<void> {
    this.driver.makeUnavailable();
    await turns(3);
    this.driver.makeAvailable();
  }

  /**
   * An operator moves the commit. What lies below it is skipped, and what lies above it has to be handled again. If the group has
   * members, the broker expels them first.
   */
  async #reset(at: { readonly partition: number; readonly place: number }): Promise<void> {
    const { topic, group } = this.fixture;
    const { partition } = at;
    const offset = await this.#offsetAt(at);
    const log = await this.#log();
    const commits = await this.driver.committed(group, topic);
    const current = commits.get(partition);
    // Nobody can see that the same commit was written again.
    if (current?.offset === offset && current.metadata === '') return;
    const others = [...commits].filter(([number]) => number !== partition);
    if (this.#members.size > 0) this.driver.makeUnavailable();
    for (const record of log.filter(({ value }) => partitionOf(value) === partition)) {
      if (record.offset < offset) this.#skipped.add(record.value);
      else this.#handled.delete(record.value);
    }
    this.driver.resetCommits(group, [
      ...others.map(([number, commit]) => ({ topic, partition: number, ...commit })),
      { topic, partition, offset, metadata: '' },
    ]);
    this.driver.makeAvailable();
  }

  async #log(): Promise<readonly { readonly offset: number; readonly value: number }[]> {
    const records = await this.fixture.read(this.fixture.topic);
    return records.map(({ offset, value }) => ({ offset, value: valueIn(value) }));
  }

  async #offsetAt({
    partition,
    place,
  }: {
    readonly partition: number;
    readonly place: number;
  }): Promise<number> {
    const { topic } = this.fixture;
    const start = (await this.driver.offsets(topic, 'earliest')).get(partition) ?? 0;
    const end = (await this.driver.offsets(topic, 'latest')).get(partition) ?? 0;
    return start + Math.round((end - start) * place);
  }
}

/** Values take turns among the partitions. */
const partitionOf = (value: number): number => value % PARTITIONS;

const valueIn = (bytes: Uint8Array | null): number => Number(Buffer.from(bytes ?? '').toString());

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise(setImmediate);
}

describe('a log to which anything may happen', () => {
  it('has every record handled that it still holds, unless an operator skipped it: 1,000 histories', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 10, maxLength: 40, size: 'max' }),
        async (steps) => {
          const history = await History.open();
          for (const one of steps) await history.run(one);

          expect(await history.finish()).toEqual([]);
        },
      ),
      { numRuns: 1_000, seed: 16 },
    );
  }, 300_000);
});
