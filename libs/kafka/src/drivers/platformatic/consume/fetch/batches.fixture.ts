import {
  createRecordsBatch,
  type CreateRecordsBatchOptions,
  type MessageRecord,
} from '@platformatic/kafka';

export type Written = Partial<Omit<MessageRecord, 'topic'>>;

/** A batch as the client writes it, from an offset on. The client's type requires a value, but it writes null as well. */
export function batchOf(
  records: readonly Written[],
  { offset = 0, ...options }: Partial<CreateRecordsBatchOptions> & { offset?: number } = {},
): Buffer {
  const all = records.map((record, at) => ({
    topic: 't',
    timestamp: BigInt(1_000 + at * 70_000),
    ...record,
  }));
  const bytes = Buffer.from(createRecordsBatch(all as MessageRecord[], options).buffer);
  bytes.writeBigInt64BE(BigInt(offset), 0);
  return bytes;
}

/** Records `value 0`, `value 1`, … */
export const someRecords = (count: number): { key: Buffer; value: Buffer }[] =>
  Array.from({ length: count }, (_, at) => ({
    key: Buffer.from(`k${at}`),
    value: Buffer.from(`value ${at}`),
  }));

const TRANSACTIONAL = 0b1_0000;
const CONTROL = 0b10_0000;

/** Makes a batch part of a transaction of a producer. */
export function inTransaction(producerId: number, bytes: Buffer, isControl = false): Buffer {
  bytes.writeInt16BE(isControl ? TRANSACTIONAL | CONTROL : TRANSACTIONAL, 21);
  bytes.writeBigInt64BE(BigInt(producerId), 43);
  return bytes;
}
