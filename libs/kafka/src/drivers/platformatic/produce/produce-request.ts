import type { createAPI } from '@platformatic/kafka';

import { ofClient, type Client } from '../load.js';

const PRODUCE = 0;
const VERSION = 9;
const ALL_REPLICAS = -1;

/** The batch for a partition. */
export interface PartitionBatch {
  readonly index: number;
  readonly bytes: Buffer;
}

export interface TopicBatches {
  readonly name: string;
  readonly partitions: readonly PartitionBatch[];
}

type Answer = ReturnType<Client['produceV9']['parseResponse']>;
type ProduceApi = ReturnType<typeof createAPI<[number, readonly TopicBatches[]], Answer>>;

/** Returns the produce request for batches that are already written. */
export const produceApi: () => Promise<ProduceApi> = ofClient((client) =>
  client.createAPI<[number, readonly TopicBatches[]], Answer>(
    PRODUCE,
    VERSION,
    (timeout: number, topics: readonly TopicBatches[]) =>
      client.Writer.create()
        .appendString(null)
        .appendInt16(ALL_REPLICAS)
        .appendInt32(timeout)
        .appendArray([...topics], (writer, { name, partitions }) => {
          writer.appendString(name).appendArray([...partitions], (one, { index, bytes }) => {
            one
              .appendInt32(index)
              .appendUnsignedVarInt(bytes.length + 1)
              .append(bytes);
          });
        })
        .appendTaggedFields(),
    client.produceV9.parseResponse,
  ),
);
