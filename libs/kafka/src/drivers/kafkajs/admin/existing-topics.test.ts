import { describe, expect, it } from '@jest/globals';
import { KafkaJSProtocolError, type ITopicMetadata } from 'kafkajs';
import { existingTopics, type TopicRequests } from './existing-topics.js';

const unknownTopic = (): Error =>
  new KafkaJSProtocolError(
    Object.assign(new Error('This server does not host this topic-partition'), {
      type: 'UNKNOWN_TOPIC_OR_PARTITION',
      code: 3,
      retriable: true,
    }),
  );

const metadataOf = (name: string): { topics: ITopicMetadata[] } => ({
  topics: [{ name, partitions: [] }],
});

/** A cluster that gives these lists of topics and these metadata in turn, each from the broker that happens to be asked. */
function aCluster(
  lists: readonly (readonly string[])[],
  metadata: readonly (() => { topics: ITopicMetadata[] })[],
): TopicRequests {
  const [listed, described] = [lists.values(), metadata.values()];
  return {
    listTopics: () => Promise.resolve([...(listed.next().value ?? [])]),
    fetchTopicMetadata: async () => {
      await Promise.resolve();
      return described.next().value?.() ?? { topics: [] };
    },
  };
}

const failing = (error: Error) => () => {
  throw error;
};

describe('existingTopics', () => {
  it('asks again while one broker lists a new topic that another does not know yet', async () => {
    const admin = aCluster(
      [['orders'], ['orders'], ['orders']],
      [failing(unknownTopic()), failing(unknownTopic()), () => metadataOf('orders')],
    );

    expect([...(await existingTopics(admin, undefined, ['orders'])).keys()]).toEqual(['orders']);
  });

  it('omits a topic that is deleted in the meantime', async () => {
    const admin = aCluster([['orders'], []], [failing(unknownTopic())]);

    expect(await existingTopics(admin, undefined, ['orders'])).toEqual(new Map());
  });

  it('rejects with any other error', async () => {
    const admin = aCluster([['orders']], [failing(new Error('no way there'))]);

    await expect(existingTopics(admin, undefined, ['orders'])).rejects.toThrow('no way there');
  });
});
