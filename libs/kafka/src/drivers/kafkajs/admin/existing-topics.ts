import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import type { Cluster } from '../internals/internal-types.js';
import { answerName } from '../kafka-errors.js';

const betweenLooks = 50;

/** The requests of kafkajs' admin client that read metadata. */
export type TopicRequests = Pick<Admin, 'listTopics' | 'fetchTopicMetadata'>;

/**
 * Returns which of these topics exist, with their numbers of partitions.
 *
 * @throws KafkaJSProtocolError `TOPIC_AUTHORIZATION_FAILED` if this client is not allowed to see one of the topics
 */
export async function existingTopics(
  admin: TopicRequests,
  cluster: Cluster | undefined,
  names: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  for (;;) {
    const listed = new Set(await admin.listTopics());
    await refuseIfDenied(
      cluster,
      names.filter((name) => !listed.has(name)),
    );
    const topics = [...new Set(names)].filter((name) => listed.has(name));
    if (topics.length === 0) return new Map();
    try {
      const metadata = await admin.fetchTopicMetadata({ topics });
      return new Map(metadata.topics.map(({ name, partitions }) => [name, partitions.length]));
    } catch (error) {
      // kafkajs sends each request to any of the brokers. Either this broker does not know a new topic yet, or the topic was just
      // deleted.
      if (answerName(error) !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
      await pause(betweenLooks);
    }
  }
}

/**
 * Throws if this client is not allowed to see one of the topics. A list of topics omits such a topic, but a request for it by name
 * is denied. Each topic is requested separately, because one denied topic would fail the whole request.
 */
async function refuseIfDenied(
  cluster: Cluster | undefined,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  const broker = await cluster?.findControllerBroker();
  for (const name of new Set(names)) {
    try {
      await broker?.metadata([name]);
    } catch (error) {
      if (answerName(error) === 'TOPIC_AUTHORIZATION_FAILED') throw error;
    }
  }
}
