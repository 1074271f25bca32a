import type { createAPI, Reader } from '@platformatic/kafka';

import type { AbortedTransaction } from '../../../aborted.js';
import { ofClient, type Client } from '../../load.js';

/** The response for one partition. An error for the partition is part of the data, so that the other partitions do not fail. */
export interface FetchedPartition {
  readonly topicId: string;
  readonly partition: number;
  /** Kafka's error code, or 0. */
  readonly error: number;
  readonly aborted: readonly AbortedTransaction[];
  /** The batches of records, if there are any. The last one may be incomplete. */
  readonly bytes: Buffer | undefined;
  /**
   * The point at which the log diverges from the records that the consumer has read: the last epoch that both have in common, and
   * the end of that epoch.
   */
  readonly diverging: { readonly epoch: number; readonly endOffset: number } | undefined;
}

export interface FetchResponse {
  /** Kafka's error code for the whole request, or 0. */
  readonly error: number;
  readonly partitions: readonly FetchedPartition[];
}

/** The version of the request that identifies topics by their ids. Kafka supports this version since 3.1. */
const VERSION = 13;
const FETCH = 1;

/**
 * Returns the fetch request with Throughline's own parser. The client's parser decodes all records, and throws if one partition
 * fails.
 */
export const fetchApi: () => Promise<FetchApi> = ofClient((client) =>
  client.createAPI<FetchArguments, FetchResponse>(
    FETCH,
    VERSION,
    client.fetchV13.createRequest,
    (_correlation, _key, _version, reader) => parseFetch(reader, client.readKnownTaggedFields),
  ),
);

type FetchArguments = Parameters<Client['fetchV13']['createRequest']>;
type FetchApi = ReturnType<typeof createAPI<FetchArguments, FetchResponse>>;

type ReadTagged = Client['readKnownTaggedFields'];

export function parseFetch(reader: Reader, readTagged: ReadTagged): FetchResponse {
  reader.readInt32(); // how long the broker throttled the request
  const error = reader.readInt16();
  reader.readInt32(); // the fetch session, which is not used
  const partitions: FetchedPartition[] = [];
  reader.readArray((topic) => {
    const topicId = topic.readUUID();
    topic.readArray(
      (one) => {
        partitions.push(parsePartition(one, topicId, readTagged));
      },
      true,
      false,
    );
  });
  return { error, partitions };
}

function parsePartition(reader: Reader, topicId: string, readTagged: ReadTagged): FetchedPartition {
  const partition = reader.readInt32();
  const error = reader.readInt16();
  reader.skip(3 * 8); // the high watermark, the last stable offset and the log's start
  const aborted = reader.readNullableArray((one) => ({
    producerId: Number(one.readInt64()),
    firstOffset: Number(one.readInt64()),
  }));
  reader.readInt32(); // the replica to read from
  const length = reader.readUnsignedVarInt() - 1;
  let bytes: Buffer | undefined;
  if (length > 0) {
    bytes = reader.buffer.slice(reader.position, reader.position + length);
    reader.skip(length);
  }
  let diverging: FetchedPartition['diverging'];
  readTagged(reader, {
    0: (field) => {
      diverging = { epoch: field.readInt32(), endOffset: Number(field.readInt64()) };
    },
  });
  return { topicId, partition, error, aborted: aborted ?? [], bytes, diverging };
}
