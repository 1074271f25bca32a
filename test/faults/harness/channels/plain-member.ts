import { Kafka, logLevel } from 'kafkajs';

/** A group member that uses kafkajs without Throughline, as other applications do. It reads what it is assigned and commits nothing. */
export class PlainMember {
  private constructor(private readonly consumer: ReturnType<Kafka['consumer']>) {}

  /** Resolves when the group has accepted it. */
  static async join(address: string, groupId: string, topic: string): Promise<PlainMember> {
    const kafka = new Kafka({
      brokers: address.split(','),
      clientId: 'plain-member',
      logLevel: logLevel.NOTHING,
    });
    const consumer = kafka.consumer({ groupId, sessionTimeout: 30_000 });
    const joined = new Promise<void>((resolve) => {
      consumer.on('consumer.group_join', () => resolve());
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [topic] });
    await consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
    await joined;
    return new PlainMember(consumer);
  }

  async leave(): Promise<void> {
    await this.consumer.disconnect();
  }
}
