import { crc32 } from 'node:zlib';

/** The progress of a partition above its committed offset. */
export interface Progress {
  /** The offsets above the committed offset whose messages were processed, in ascending order. */
  readonly done: readonly number[];
  /** The number of failed runs of each message that is not processed yet. */
  readonly failures: ReadonlyMap<number, number>;
}

/**
 * The maximum length of the metadata. Kafka accepts 4,096 characters. The remaining characters are left to other tools that store
 * metadata.
 */
export const MAX_METADATA = 3_000;

const VERSION = 'tl1:';
const RUNS = 0;
const BITMAP = 1;
/**
 * The largest distance from the committed offset that is believed. Metadata with offsets further above the committed offset is
 * treated as corrupt.
 */
const FURTHEST = 5_000_000;

const NOTHING: Progress = { done: [], failures: new Map() };

/**
 * Returns how many consecutive offsets are unprocessed, then how many are processed, then how many are unprocessed, and so on. The
 * first number counts from the committed offset.
 */
function runsOf(base: number, done: readonly number[]): number[] {
  const runs: number[] = [];
  let next = base;
  for (const offset of done) {
    if (offset === next && runs.length > 0) runs[runs.length - 1] = (runs.at(-1) ?? 0) + 1;
    else runs.push(offset - next, 1);
    next = offset + 1;
  }
  return runs;
}

function bitmapOf(base: number, done: readonly number[]): number[] {
  const bytes: number[] = [];
  for (const offset of done) {
    const bit = offset - base;
    while (bytes.length <= bit >> 3) bytes.push(0);
    bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  return bytes;
}

function doneBytes(base: number, done: readonly number[]): number[] {
  const runs = runsOf(base, done);
  const asRuns = [RUNS, ...writeVarint(runs.length), ...runs.flatMap(writeVarint)];
  const span = (done.at(-1) ?? base) - base;
  if (span / 8 > asRuns.length) return asRuns;
  const bits = bitmapOf(base, done);
  const asBitmap = [BITMAP, ...writeVarint(bits.length), ...bits];
  return asBitmap.length < asRuns.length ? asBitmap : asRuns;
}

/**
 * Encodes the progress above the committed offset as commit metadata: run lengths or a bitmap, whichever is shorter. After a crash
 * or a rebalance, only messages that were in progress run again.
 */
export function encodeProgress(offset: number, { done, failures }: Progress): string {
  if (done.length === 0 && failures.size === 0) return '';
  const attempts = [...failures].flatMap(([failed, times]) => [
    ...writeVarint(failed - offset),
    ...writeVarint(times),
  ]);
  const body = Buffer.from([
    ...writeVarint(offset),
    ...doneBytes(offset, done),
    ...writeVarint(failures.size),
    ...attempts,
  ]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return VERSION + Buffer.concat([sum, body]).toString('base64url');
}

/**
 * Encodes as much of the progress as fits into a commit. The highest offsets are left out, so their messages may run again after a
 * crash.
 */
export function encodeWithin(limit: number, offset: number, progress: Progress): string {
  let { done } = progress;
  for (;;) {
    const text = encodeProgress(offset, { done, failures: progress.failures });
    if (text.length <= limit) return text;
    if (done.length === 0) return '';
    done = done.slice(0, Math.floor(done.length / 2));
  }
}

/**
 * Decodes commit metadata. Metadata that is unknown, corrupt, or for another offset is ignored. In this case, more messages run
 * again, but none is lost.
 */
export function decodeProgress(offset: number, text: string): Progress {
  if (!text.startsWith(VERSION)) return NOTHING;
  const bytes = Buffer.from(text.slice(VERSION.length), 'base64url');
  if (bytes.length < 5 || bytes.readUInt32BE(0) !== crc32(bytes.subarray(4))) return NOTHING;
  return read(offset, bytes.subarray(4)) ?? NOTHING;
}

function read(offset: number, bytes: Uint8Array): Progress | undefined {
  const cursor = { bytes, at: 0 };
  if (readVarint(cursor) !== offset) return undefined;
  const kind = cursor.bytes[cursor.at++];
  const length = readVarint(cursor);
  if (length === undefined) return undefined;
  const done =
    kind === RUNS ? readRuns(cursor, offset, length) : readBitmap(cursor, offset, length);
  const failures = done && readFailures(cursor, offset);
  if (done === undefined || failures === undefined || cursor.at !== bytes.length) return undefined;
  return { done, failures };
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function readRuns(cursor: Cursor, offset: number, length: number): number[] | undefined {
  const done: number[] = [];
  let next = offset;
  for (let run = 0; run < length; run += 1) {
    const count = readVarint(cursor);
    if (count === undefined || next + count - offset > FURTHEST) return undefined;
    if (run % 2 === 1) for (let each = 0; each < count; each += 1) done.push(next + each);
    next += count;
  }
  return done;
}

function readBitmap(cursor: Cursor, offset: number, length: number): number[] | undefined {
  if (cursor.at + length > cursor.bytes.length) return undefined;
  const done: number[] = [];
  for (let bit = 0; bit < length * 8; bit += 1) {
    const byte = cursor.bytes[cursor.at + (bit >> 3)] ?? 0;
    if ((byte & (1 << (bit & 7))) !== 0) done.push(offset + bit);
  }
  cursor.at += length;
  return done;
}

function readFailures(cursor: Cursor, offset: number): Map<number, number> | undefined {
  const count = readVarint(cursor);
  if (count === undefined) return undefined;
  const failures = new Map<number, number>();
  for (let each = 0; each < count; each += 1) {
    const delta = readVarint(cursor);
    const times = readVarint(cursor);
    if (delta === undefined || times === undefined || delta > FURTHEST) return undefined;
    failures.set(offset + delta, times);
  }
  return failures;
}

const MORE = 0x80;

/** Encodes a non-negative integer: seven bits per byte, lowest bits first. */
function writeVarint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= MORE) {
    bytes.push((rest % MORE) | MORE);
    rest = Math.floor(rest / MORE);
  }
  bytes.push(rest);
  return bytes;
}

/**
 * Reads an encoded integer and advances the cursor. Returns `undefined` if the bytes end too early, or if the number is larger than
 * any offset.
 */
function readVarint(cursor: { readonly bytes: Uint8Array; at: number }): number | undefined {
  let value = 0;
  for (let scale = 1; scale <= Number.MAX_SAFE_INTEGER; scale *= MORE) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) return undefined;
    value += (byte % MORE) * scale;
    if (byte < MORE) return Number.isSafeInteger(value) ? value : undefined;
  }
  return undefined;
}
