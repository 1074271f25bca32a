import { kafkaJs, type KafkaConsumer, type KafkaDriver } from 'throughline/kafka';

/** A member of a group that takes partitions, does nothing with them, and commits nothing. */
export class GuestMember {
  readonly #driver: KafkaDriver;
  readonly #consumer: KafkaConsumer;

  private constructor(address: string, group: string, topic: string) {
    this.#driver = kafkaJs({ brokers: address.split(','), clientId: 'guest' });
    this.#consumer = this.#driver.consumer(
      {
        group,
        topics: [topic],
        from: 'earliest',
        sessionTimeout: 6_000,
        heartbeatInterval: 500,
        maxWait: 100,
        maxBytesPerPartition: 1_024,
      },
      {
        assigned: () => [],
        records: () => undefined,
        revoking: () => Promise.resolve(),
        lost: () => undefined,
        down: () => undefined,
        up: () => undefined,
      },
    );
  }

  /** Resolves when it is a member. */
  static async join(address: string, group: string, topic: string): Promise<GuestMember> {
    const guest = new GuestMember(address, group, topic);
    await guest.#consumer.start();
    return guest;
  }

  async leave(): Promise<void> {
    await this.#consumer.stop();
    await this.#driver.close();
  }
}
