import { createHash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  progressBytes,
  readProgress,
  readVarint,
  writeVarint,
  type Cursor,
  type Progress,
} from './progress-bytes.js';

/** The decoded metadata of a commit. */
export interface CommitRecord {
  readonly progress: Progress;
  /** Identifies the ledger that wrote the commit. `undefined` if another tool or an old version of Throughline wrote it. */
  readonly mark: string | undefined;
  /** The {@link logDigest} of the log. `undefined` if unknown. */
  readonly log: string | undefined;
  /** The leader epoch of the record before the committed offset. `undefined` if unknown. */
  readonly leaderEpoch: number | undefined;
}

/** The maximum length of the metadata, in characters. Kafka accepts 4,096. The rest is left to other tools that store metadata. */
export const MAX_METADATA = 3_000;

/** The prefix of metadata that contains only the progress. */
const VERSION_1 = 'tl1:';
/** The prefix of metadata that contains a mark, a log and a leader epoch before the progress. */
const VERSION_2 = 'tl2:';
const MARK_BYTES = 6;
const DIGEST_BYTES = 9;

const UNKNOWN: CommitRecord = {
  progress: { done: [], failures: new Map() },
  mark: undefined,
  log: undefined,
  leaderEpoch: undefined,
};

/** Creates a mark: random text by which a ledger recognizes its own commits. */
export const newMark = (): string => randomBytes(MARK_BYTES).toString('base64url');

/** Shortens the id of a log, so that each commit can contain it. */
export function logDigest(id: string): string {
  const digest = createHash('sha256').update(id).digest();
  return digest.subarray(0, DIGEST_BYTES).toString('base64url');
}

/**
 * Encodes a commit's metadata: the ledger that committed, the log, and the progress above the committed offset. With the progress,
 * only messages that were in progress run again after a crash or a rebalance.
 */
export function encodeCommit(offset: number, record: CommitRecord): string {
  const { mark, log, leaderEpoch, progress } = record;
  const body = Buffer.from([
    ...writeVarint(offset),
    ...fixedBytes(mark),
    ...fixedBytes(log),
    ...writeVarint(leaderEpoch === undefined ? 0 : leaderEpoch + 1),
    ...progressBytes(offset, progress),
  ]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return VERSION_2 + Buffer.concat([sum, body]).toString('base64url');
}

/**
 * Encodes as much of the progress as fits. The counts of failures are dropped first, because a lost count only delays a dead letter.
 * The highest processed offsets are dropped next. Their messages may run again after a crash.
 */
export function encodeCommitWithin(limit: number, offset: number, record: CommitRecord): string {
  let { done, failures } = record.progress;
  for (;;) {
    const text = encodeCommit(offset, { ...record, progress: { done, failures } });
    if (text.length <= limit) return text;
    if (failures.size > 0) failures = lowestHalf(failures);
    else done = done.slice(0, Math.floor(done.length / 2));
  }
}

function lowestHalf(failures: ReadonlyMap<number, number>): ReadonlyMap<number, number> {
  const ascending = [...failures].sort(([a], [b]) => a - b);
  return new Map(ascending.slice(0, Math.floor(ascending.length / 2)));
}

/**
 * Decodes commit metadata. Ignores metadata that is unknown, corrupt or for another offset. More messages may then run again, but
 * none is lost.
 */
export function decodeCommit(offset: number, text: string): CommitRecord {
  const read = text.startsWith(VERSION_2) ? readCommit : readVersion1;
  if (read === readVersion1 && !text.startsWith(VERSION_1)) return UNKNOWN;
  const bytes = Buffer.from(text.slice(VERSION_2.length), 'base64url');
  if (bytes.length < 5 || bytes.readUInt32BE(0) !== crc32(bytes.subarray(4))) return UNKNOWN;
  const cursor = { bytes: bytes.subarray(4), at: 0 };
  return readVarint(cursor) === offset ? (read(cursor, offset) ?? UNKNOWN) : UNKNOWN;
}

function readVersion1(cursor: Cursor, offset: number): CommitRecord | undefined {
  const progress = readProgress(cursor, offset);
  return progress && { ...UNKNOWN, progress };
}

function readCommit(cursor: Cursor, offset: number): CommitRecord | undefined {
  const mark = readFixed(cursor);
  const log = readFixed(cursor);
  const epoch = readVarint(cursor);
  const progress = readProgress(cursor, offset);
  if (epoch === undefined || progress === undefined) return undefined;
  return { progress, mark, log, leaderEpoch: epoch === 0 ? undefined : epoch - 1 };
}

/** Encodes a mark or a digest, preceded by its length. */
function fixedBytes(text: string | undefined): readonly number[] {
  if (text === undefined) return [0];
  const bytes = Buffer.from(text, 'base64url');
  return [bytes.length, ...bytes];
}

function readFixed(cursor: Cursor): string | undefined {
  const length = cursor.bytes[cursor.at++] ?? 0;
  const bytes = Buffer.from(cursor.bytes.subarray(cursor.at, cursor.at + length));
  cursor.at += length;
  return length === 0 ? undefined : bytes.toString('base64url');
}
