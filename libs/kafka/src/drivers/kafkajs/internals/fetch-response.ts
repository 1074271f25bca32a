/**
 * Reads fetch responses instead of kafkajs 2.2.4, whose own reader has three faults:
 *
 * - If one partition has an error or a batch that it cannot read, it throws for the whole response.
 * - It delivers records of aborted transactions, because it relies on the order of the list of transactions, and takes a key of
 *   four zero bytes for a marker.
 * - It gets stuck at a batch that compaction has emptied.
 */
import { ThroughlineError } from '#base';

import type { TopicPartition } from '../../../driver.js';
import { committedBatches, type TransactionalBatch } from '../../aborted.js';
import { CODEC_BITS, codecName } from '../../compression/compression.js';
import { unreadableBatch } from '../../driver-errors.js';
import { asError } from '../kafka-errors.js';
import { missingCodecIn } from './codecs.js';
import { errorOfCode, functionOf } from './load.js';
import type { ProtocolRequest } from './internal-types.js';

export const FETCH_KEY = 1;
const FIRST_VERSION_WITH_BATCHES = 4;
const OFFSET_OUT_OF_RANGE = 1;
/**
 * The errors that concern one partition: CORRUPT_MESSAGE, TOPIC_AUTHORIZATION_FAILED, UNSUPPORTED_COMPRESSION_TYPE. After any other
 * error, kafkajs looks for new leaders.
 */
const OF_ONE_PARTITION: ReadonlySet<number> = new Set([2, 29, 76]);
const MAGIC_OFFSET = 16;
const BATCH_MAGIC = 2;
/** The bytes of a batch up to its records. */
const BATCH_HEADER = 61;
/** The size of a batch's first fields, which its length field does not count. */
const BEFORE_LENGTH = 12;
const ATTRIBUTES_AT = 21;

/** Receives a response's errors for individual partitions. */
export interface PartitionWatch {
  /** Called if the position lies outside the log. */
  outOfRange(partition: TopicPartition): void;
  /** Called if the partition contains a batch that cannot be read. The other partitions are read without this one. */
  unreadable(partition: TopicPartition, error: Error): void;
  /**
   * Called if the broker refuses to read the partition. Returns whether the other partitions are read without this one. If not, the
   * whole fetch fails.
   */
  refused(partition: TopicPartition, error: Error): boolean;
}

interface KafkaJsDecoder {
  readInt8(): number;
  readInt16(): number;
  readInt32(): number;
  readInt64(): { toString(): string };
  readString(): string;
  readBytes(length: number): Buffer;
  canReadBytes(length: number): boolean;
  readArray<T>(read: (decoder: KafkaJsDecoder) => T): T[];
  readArrayAsync<T>(read: (decoder: KafkaJsDecoder) => Promise<T>): Promise<T[]>;
}

interface BatchContext {
  readonly firstOffset: string;
  readonly lastOffsetDelta: number;
  readonly producerId: string;
  readonly inTransaction: boolean;
  readonly isControlBatch: boolean;
}

interface FetchedMessage {
  readonly offset: string;
  readonly key: Buffer | null;
  isControlRecord: boolean;
  readonly batchContext: BatchContext;
}

interface Aborted {
  readonly producerId: string;
  readonly firstOffset: string;
}

interface FetchedPartition {
  readonly partition: number;
  readonly errorCode: number;
  readonly messages: readonly FetchedMessage[];
  /** Empty, because the records of aborted transactions are already marked. */
  readonly abortedTransactions: readonly Aborted[];
  readonly error?: Error;
}

interface FetchResponse {
  readonly responses: readonly {
    readonly topicName: string;
    readonly partitions: readonly FetchedPartition[];
  }[];
}

/** Returns the request with this reader, if the broker responds with record batches (Kafka 0.11 and later). */
export function withOwnReader(protocol: ProtocolRequest, watch: PartitionWatch): ProtocolRequest {
  const { apiKey, apiVersion = 0 } = protocol.request;
  if (apiKey !== FETCH_KEY || apiVersion < FIRST_VERSION_WITH_BATCHES) return protocol;
  return {
    ...protocol,
    response: {
      decode: (bytes) => decode(bytes, apiVersion),
      parse: (decoded) => Promise.resolve(withoutErrors(decoded as FetchResponse, watch)),
    },
  };
}

async function decode(bytes: Buffer, version: number): Promise<FetchResponse> {
  const Decoder = decoderClass();
  const decoder = new Decoder(bytes);
  const clientSideThrottleTime = decoder.readInt32();
  if (version >= 7) {
    decoder.readInt16(); // error, which is repeated in the partitions
    decoder.readInt32(); // session
  }
  const responses = await decoder.readArrayAsync(async () => ({
    topicName: decoder.readString(),
    partitions: await decoder.readArrayAsync(() => decodePartition(decoder, version)),
  }));
  const throttle = version >= 8 ? { throttleTime: 0, clientSideThrottleTime } : {};
  return { ...throttle, responses };
}

async function decodePartition(
  decoder: KafkaJsDecoder,
  version: number,
): Promise<FetchedPartition> {
  const partition = {
    partition: decoder.readInt32(),
    errorCode: decoder.readInt16(),
    highWatermark: decoder.readInt64().toString(),
    lastStableOffset: decoder.readInt64().toString(),
    lastStartOffset: version >= 5 ? decoder.readInt64().toString() : '-1',
  };
  const aborted = decoder.readArray(() => ({
    producerId: decoder.readInt64().toString(),
    firstOffset: decoder.readInt64().toString(),
  }));
  const preferredReadReplica = version >= 11 ? decoder.readInt32() : -1;
  const size = decoder.readInt32();
  const records = size > 0 && decoder.canReadBytes(size) ? decoder.readBytes(size) : undefined;
  const result = { ...partition, preferredReadReplica, abortedTransactions: [] };
  if (records === undefined) return { ...result, messages: [] };
  try {
    const messages = await decodeMessages(records);
    markAborted(messages, aborted);
    return { ...result, messages };
  } catch (error) {
    return { ...result, messages: [], error: asError(error) };
  }
}

async function decodeMessages(bytes: Buffer): Promise<FetchedMessage[]> {
  const Decoder = decoderClass();
  const decoder = new Decoder(bytes);
  if (bytes.readInt8(MAGIC_OFFSET) !== BATCH_MAGIC) {
    return decodeMessageSet(decoder, bytes.length);
  }
  const decodeBatch = functionOf('protocol/recordBatch/v0/decoder') as (
    decoder: KafkaJsDecoder,
  ) => Promise<BatchContext & { readonly records: FetchedMessage[] }>;
  const messages: FetchedMessage[] = [];
  for (let at = 0; isWholeBatch(bytes, at); at += BEFORE_LENGTH + bytes.readInt32BE(at + 8)) {
    try {
      // kafkajs reads records in a codec that it does not know as if they were not compressed.
      codecName(bytes.readInt16BE(at + ATTRIBUTES_AT) & CODEC_BITS);
      const { records, ...batchContext } = await decodeBatch(decoder);
      for (const record of records) messages.push(record);
      if (records.length === 0) messages.push(emptyBatch(batchContext));
    } catch (error) {
      // The batches before this one are delivered first.
      if (messages.length > 0) break;
      if (error instanceof ThroughlineError) throw error;
      throw missingCodecIn(error) ?? unreadableBatch(error, bytes.readBigInt64BE(at));
    }
  }
  return messages;
}

/** Whether a batch begins here and is complete. The last batch of a response may be cut. */
const isWholeBatch = (bytes: Buffer, at: number): boolean =>
  bytes.length - at >= BATCH_HEADER &&
  bytes.readInt32BE(at + 8) >= BATCH_HEADER - BEFORE_LENGTH &&
  bytes.length - at - BEFORE_LENGTH >= bytes.readInt32BE(at + 8);

/** A placeholder for a batch whose records compaction has removed, so that kafkajs skips the batch. It is never delivered. */
function emptyBatch(batchContext: BatchContext): FetchedMessage {
  const { firstOffset, lastOffsetDelta } = batchContext;
  const offset = String(Number(firstOffset) + lastOffsetDelta);
  return { offset, key: null, isControlRecord: true, batchContext };
}

/** Messages from before Kafka 0.11, when there were no transactions. */
function decodeMessageSet(decoder: KafkaJsDecoder, size: number): Promise<FetchedMessage[]> {
  const read = functionOf('protocol/messageSet/decoder') as (
    decoder: KafkaJsDecoder,
    size: number,
  ) => Promise<FetchedMessage[]>;
  return read(decoder, size);
}

/** Marks the records of aborted transactions as control records, which kafkajs passes but does not deliver. */
function markAborted(messages: readonly FetchedMessage[], aborted: readonly Aborted[]): void {
  if (aborted.length === 0) return;
  const batches = Array.from(
    Map.groupBy(messages, ({ batchContext }) => batchContext),
    ([context, records]) => batchOf(context, records),
  );
  const transactions = aborted.map(({ producerId, firstOffset }) => ({
    producerId: Number(producerId),
    firstOffset: Number(firstOffset),
  }));
  const committed = new Set(committedBatches(batches, transactions));
  for (const batch of batches) {
    if (committed.has(batch)) continue;
    for (const record of batch.records) record.isControlRecord = true;
  }
}

interface Batch extends TransactionalBatch {
  readonly records: readonly FetchedMessage[];
}

function batchOf(context: BatchContext, records: readonly FetchedMessage[]): Batch {
  const baseOffset = Number(context.firstOffset);
  return {
    records,
    baseOffset,
    lastOffset: baseOffset + context.lastOffsetDelta,
    producerId: Number(context.producerId),
    isTransactional: context.inTransaction,
    isControl: context.isControlBatch,
    isAbortMarker: context.isControlBatch && isAbortMarker(records[0]?.key ?? null),
  };
}

/** The key of a control record: its version and its type. Type 0 is an abort. */
const isAbortMarker = (key: Buffer | null): boolean =>
  key !== null && key.length >= 4 && key.readInt16BE(2) === 0;

/** Removes and reports the partitions that have an error of their own. */
function withoutErrors(response: FetchResponse, watch: PartitionWatch): FetchResponse {
  const responses = response.responses.map(({ topicName: topic, partitions }) => ({
    topicName: topic,
    partitions: partitions.filter(({ partition, errorCode, error }) => {
      if (error === undefined && errorCode === 0) return true;
      if (errorCode === OFFSET_OUT_OF_RANGE) {
        watch.outOfRange({ topic, partition });
        return false;
      }
      if (error !== undefined) {
        watch.unreadable({ topic, partition }, error);
        return false;
      }
      const failure = errorOfCode(errorCode);
      const isContained = OF_ONE_PARTITION.has(errorCode);
      if (!isContained || !watch.refused({ topic, partition }, failure)) throw failure;
      return false;
    }),
  }));
  return { ...response, responses };
}

const decoderClass = (): new (bytes: Buffer) => KafkaJsDecoder =>
  functionOf('protocol/decoder') as new (bytes: Buffer) => KafkaJsDecoder;
