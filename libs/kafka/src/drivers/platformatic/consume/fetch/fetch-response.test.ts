import { describe, expect, it } from '@jest/globals';
import { Reader, readKnownTaggedFields, Writer } from '@platformatic/kafka';
import { parseFetch } from './fetch-response.js';

const topicId = '12345678-9abc-def0-1234-56789abcdef0';

interface Partition {
  readonly index: number;
  readonly error?: number;
  readonly aborted?: readonly (readonly [bigint, bigint])[] | null;
  readonly bytes?: Buffer;
  readonly diverging?: readonly [number, bigint];
}

function response(partitions: readonly Partition[]): Writer {
  return Writer.create()
    .appendInt32(0)
    .appendInt16(0)
    .appendInt32(0)
    .appendArray([partitions], (topic, some) => {
      topic.appendUUID(topicId).appendArray(
        [...some],
        (one, { index, error = 0, aborted = null, bytes, diverging }) => {
          one.appendInt32(index).appendInt16(error);
          one.appendInt64(100n).appendInt64(90n).appendInt64(0n);
          one.appendArray(aborted === null ? null : [...aborted], (entry, [producer, first]) => {
            entry.appendInt64(producer).appendInt64(first);
          });
          one.appendInt32(-1);
          if (bytes === undefined) one.appendUnsignedVarInt(0);
          else one.appendUnsignedVarInt(bytes.length + 1).append(bytes);
          if (diverging === undefined) one.appendTaggedFields();
          else {
            // One field with tag 0: an epoch, an offset and no tagged fields of its own.
            one.appendUnsignedVarInt(1).appendUnsignedVarInt(0).appendUnsignedVarInt(13);
            one.appendInt32(diverging[0]).appendInt64(diverging[1]).appendTaggedFields();
          }
        },
        true,
        false,
      );
    })
    .appendTaggedFields();
}

describe('a fetch response', () => {
  it('keeps the bytes and the error of each partition', () => {
    const bytes = Buffer.from('the batches');
    const writer = response([
      { index: 0, bytes },
      { index: 1, error: 3 },
      { index: 2, aborted: [[7n, 12n]], bytes: Buffer.alloc(0) },
      { index: 3, diverging: [4, 55n] },
    ]);

    const { error, partitions } = parseFetch(Reader.from(writer), readKnownTaggedFields);

    expect(error).toBe(0);
    const none = { topicId, error: 0, aborted: [], bytes: undefined, diverging: undefined };
    expect(partitions).toEqual([
      { ...none, partition: 0, bytes },
      { ...none, partition: 1, error: 3 },
      { ...none, partition: 2, aborted: [{ producerId: 7, firstOffset: 12 }] },
      { ...none, partition: 3, diverging: { epoch: 4, endOffset: 55 } },
    ]);
  });
});
