import type { AssignedPartition, KafkaDriver } from 'throughline/kafka';
import { createTopics, ignoringListener } from 'throughline/conformance';

/** A topic as seen through a driver: sends records and reads a group's commits. */
export class KafkaTopic {
  constructor(
    readonly driver: KafkaDriver,
    readonly name: string,
  ) {}

  static async open(driver: KafkaDriver, name: string, partitions = 1): Promise<KafkaTopic> {
    await createTopics(driver, [{ name, partitions }]);
    return new KafkaTopic(driver, name);
  }

  /** Sends exactly these characters, with this key. */
  async send(body: string, key: string | null = null): Promise<string> {
    const producer = this.driver.producer();
    const [answer] = await producer.send([
      { topic: this.name, key, value: Buffer.from(body), headers: {} },
    ]);
    await producer.close();
    if (answer?.status !== 'fulfilled') throw new Error('not sent', { cause: answer?.reason });
    const { partition, offset } = answer.value;
    return `${this.name}/${partition}/${offset}`;
  }

  /** The offsets that a group has committed, by partition, read by joining the group. */
  async committed(group: string): Promise<Readonly<Record<number, number>>> {
    const assignment = Promise.withResolvers<readonly AssignedPartition[]>();
    const consumer = this.driver.consumer(
      {
        group,
        topics: [this.name],
        from: 'earliest',
        sessionTimeout: 30_000,
        heartbeatInterval: 3_000,
        maxWait: 100,
        maxBytesPerPartition: 1_024,
      },
      {
        ...ignoringListener,
        assigned: (partitions) => {
          assignment.resolve(partitions);
          return [];
        },
        down: (error) => {
          assignment.reject(error);
        },
      },
    );
    await consumer.start();
    const partitions = await assignment.promise;
    await consumer.stop();
    return Object.fromEntries(
      partitions.map(({ partition, committed }) => [partition, committed?.offset ?? 0]),
    );
  }
}
