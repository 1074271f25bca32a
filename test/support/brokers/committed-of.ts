import { Kafka, logLevel } from 'kafkajs';

/** How many records of a topic a group has committed, as stored in Kafka. It does not matter who is a member of the group. */
export async function committedOf(broker: string, groupId: string, topic: string): Promise<number> {
  const admin = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const [answer] = await admin.fetchOffsets({ groupId, topics: [topic] });
    const offsets = answer?.partitions.map(({ offset }) => Math.max(0, Number(offset))) ?? [];
    return offsets.reduce((sum, offset) => sum + offset, 0);
  } finally {
    await admin.disconnect();
  }
}
