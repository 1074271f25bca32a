import type { Cluster } from '../cluster/cluster.js';
import { BrokerAnswer } from '../errors.js';

const NOT_IDEMPOTENT = -1n;
const SEQUENCES = 2 ** 31;
/** Brokers before Kafka 2.8 need a permission for it, and some do not offer it. */
const WITHOUT_IDEMPOTENCE = new Set([31, 35]);

/** The broker's id for a producer, with which it recognizes a batch that is sent again. */
export class Identity {
  readonly #sequences = new Map<string, number>();

  constructor(
    readonly producerId: bigint,
    readonly epoch: number,
  ) {}

  /** The sequence number of the next record of a partition. */
  sequence(partition: string): number {
    return this.producerId === NOT_IDEMPOTENT ? -1 : (this.#sequences.get(partition) ?? 0);
  }

  /** Reports that so many records of a partition were written, from a sequence number on. */
  written(partition: string, sequence: number, count: number): void {
    this.#sequences.set(partition, (sequence + count) % SEQUENCES);
  }
}

/** The current identity of a producer. If it is unknown whether a batch was written, the producer goes on with another. */
export class Identities {
  #current: Promise<Identity> | undefined;

  constructor(private readonly cluster: Cluster) {}

  current(): Promise<Identity> {
    this.#current ??= this.#read().catch((error: unknown) => {
      this.#current = undefined;
      throw error;
    });
    return this.#current;
  }

  renew(): void {
    this.#current = undefined;
  }

  async #read(): Promise<Identity> {
    const { errorCode, producerId, producerEpoch } = await this.cluster.requestAny(
      (client) => client.initProducerIdV4,
      null,
      0,
    );
    if (errorCode === 0) return new Identity(producerId, producerEpoch);
    if (WITHOUT_IDEMPOTENCE.has(errorCode)) return new Identity(NOT_IDEMPOTENT, -1);
    throw new BrokerAnswer(errorCode);
  }
}
