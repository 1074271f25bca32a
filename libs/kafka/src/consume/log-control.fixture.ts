import { Kafka, logLevel } from 'kafkajs';
import type { PartitionCommit, Position } from '../driver.js';
import type { MemoryDriver } from '../drivers/index.js';

/** Changes the logs and the commits of a broker from outside, as operators and retention do. */
export interface LogControl {
  deleteTopic(topic: string): Promise<void>;
  /** Removes the records before an offset. */
  trim(before: Position): Promise<void>;
  /** Replaces the commits of a group without members. */
  resetCommits(group: string, commits: readonly PartitionCommit[]): Promise<void>;
  close(): Promise<void>;
}

export function memoryControl(driver: MemoryDriver): LogControl {
  return {
    deleteTopic: (topic) => {
      driver.deleteTopic(topic);
      return Promise.resolve();
    },
    trim: (before) => {
      driver.trim(before);
      return Promise.resolve();
    },
    resetCommits: (group, commits) => {
      driver.resetCommits(group, commits);
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}

/** The control of a real cluster. */
export function brokerControl(brokers: string): LogControl {
  const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin();
  const connected = admin.connect();
  return {
    deleteTopic: async (topic) => {
      await connected;
      await admin.deleteTopics({ topics: [topic] });
    },
    trim: async ({ topic, partition, offset }) => {
      await connected;
      await admin.fetchTopicOffsets(topic); // it knows no topic before
      const partitions = [{ partition, offset: String(offset) }];
      await admin.deleteTopicRecords({ topic, partitions });
    },
    resetCommits: async (groupId, commits) => {
      await connected;
      const topics = Map.groupBy(commits, ({ topic }) => topic);
      for (const [topic, ofTopic] of topics) {
        const partitions = ofTopic.map(({ partition, offset }) => ({
          partition,
          offset: String(offset),
        }));
        await admin.setOffsets({ groupId, topic, partitions });
      }
    },
    close: () => admin.disconnect(),
  };
}
