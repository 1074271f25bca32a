import type {
  ConsumerListener,
  KafkaConsumer,
  KafkaDriver,
  KafkaRecord,
  TopicPartition,
} from 'throughline/kafka';

const EMPTY_LOG = { id: 'endless', start: 0, end: 0 };
const PER_FETCH = 500;
const KEYS = 100;
const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

/** The content of the endless topic. */
export interface Supply {
  readonly partitions: number;
  /** In all partitions together. */
  readonly messages: number;
  readonly body: (id: string, key: string, seq: number) => Uint8Array;
}

/** A Kafka that stores nothing and generates records as fast as they are consumed, so all memory used is the consumer's. */
export function endlessDriver(supply: Supply): KafkaDriver {
  return {
    name: 'endless',
    address: undefined,
    consumer: ({ topics: [topic = ''] }, listener) => new EndlessConsumer(topic, supply, listener),
    producer: () => ({
      send: () => Promise.reject(new Error('The endless Kafka accepts no records.')),
      close: () => Promise.resolve(),
    }),
    describe: (names) => Promise.resolve(new Map(names.map((name) => [name, supply.partitions]))),
    create: () => Promise.resolve(),
    offsets: () =>
      Promise.reject(new Error('The endless Kafka has neither a beginning nor an end.')),
    committed: () => Promise.resolve(new Map()),
    unread: () => Promise.resolve([]),
    retention: () => Promise.resolve(undefined),
    close: () => Promise.resolve(),
  };
}

class EndlessConsumer implements KafkaConsumer {
  readonly #waiting = new Set<string>();
  readonly #paused = new Set<string>();
  readonly #partitions: readonly TopicPartition[];
  #isStopped = false;

  constructor(
    topic: string,
    private readonly supply: Supply,
    private readonly listener: ConsumerListener,
  ) {
    this.#partitions = Array.from({ length: supply.partitions }, (_, partition) => ({
      topic,
      partition,
    }));
  }

  start(): Promise<void> {
    this.listener.assigned(
      this.#partitions.map((one) => ({ ...one, committed: undefined, log: EMPTY_LOG, start: 0 })),
    );
    void this.#supplyAll();
    return Promise.resolve();
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const one of partitions) this.#paused.add(keyOf(one));
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const one of partitions) this.#paused.delete(keyOf(one));
  }

  seek(): void {
    throw new Error('The endless Kafka can only be read from its beginning.');
  }

  commit(): Promise<void> {
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.listener.revoking();
  }

  async #supplyAll(): Promise<void> {
    const each = this.supply.messages / this.supply.partitions;
    const next = new Map(this.#partitions.map((one) => [one, 0]));
    while (!this.#isStopped && next.size > 0) {
      for (const [one, offset] of next) {
        if (this.#paused.has(keyOf(one)) || this.#waiting.has(keyOf(one))) continue;
        const backpressure = this.listener.records(one, this.#records(one, offset));
        if (backpressure instanceof Promise) void this.#waitFor(keyOf(one), backpressure);
        if (offset + PER_FETCH >= each) next.delete(one);
        else next.set(one, offset + PER_FETCH);
      }
      await new Promise(setImmediate);
    }
  }

  async #waitFor(key: string, backpressure: Promise<void>): Promise<void> {
    this.#waiting.add(key);
    await backpressure;
    this.#waiting.delete(key);
  }

  #records({ partition }: TopicPartition, from: number): readonly KafkaRecord[] {
    return Array.from({ length: PER_FETCH }, (_, index) => {
      const offset = from + index;
      const key = `${partition}-${offset % KEYS}`;
      return {
        offset,
        key: Buffer.from(key),
        value: this.supply.body(`${partition}/${offset}`, key, Math.floor(offset / KEYS)),
        headers: {},
        timestamp: 0,
        leaderEpoch: 0,
      };
    });
  }
}
