import { kafkaJs, type KafkaConsumer, type KafkaDriver } from 'throughline/kafka';
import { ignoringListener } from 'throughline/conformance';

/** A group member that takes partitions, ignores their records, and commits nothing. */
export class ExtraMember {
  readonly #driver: KafkaDriver;
  readonly #consumer: KafkaConsumer;

  private constructor(address: string, group: string, topic: string) {
    this.#driver = kafkaJs({ brokers: address.split(','), clientId: 'extra-member' });
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
      ignoringListener,
    );
  }

  /** Resolves when the group has accepted it. */
  static async join(address: string, group: string, topic: string): Promise<ExtraMember> {
    const extraMember = new ExtraMember(address, group, topic);
    await extraMember.#consumer.start();
    return extraMember;
  }

  async leave(): Promise<void> {
    await this.#consumer.stop();
    await this.#driver.close();
  }
}
