import type { Cluster } from '../cluster/cluster.js';
import { BrokerAnswer } from '../errors.js';

const NOT_IDEMPOTENT = -1n;
const SEQUENCES = 2 ** 31;
/**
 * The errors after which the producer continues without idempotence. Brokers before Kafka 2.8 require a permission for it, and some
 * brokers do not support it.
 */
const WITHOUT_IDEMPOTENCE = new Set([31, 35]);

/** The id that the broker assigned to a producer, by which the broker recognizes a batch that is sent again. */
export class Identity {
  readonly #sequences = new Map<string, number>();

  constructor(
    readonly producerId: bigint,
    readonly epoch: number,
  ) {}

  /** Returns the sequence number of the next record in a partition. */
  sequence(partition: string): number {
    return this.producerId === NOT_IDEMPOTENT ? -1 : (this.#sequences.get(partition) ?? 0);
  }

  /** Reports that the given number of records were written to a partition, from a sequence number on. */
  written(partition: string, sequence: number, count: number): void {
    this.#sequences.set(partition, (sequence + count) % SEQUENCES);
  }
}

/** The current identity of a producer. If it is unknown whether a batch was written, the producer continues with a new identity. */
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
