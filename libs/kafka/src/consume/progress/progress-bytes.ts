/** Encodes the progress above a committed offset as bytes. */

/** The progress of a partition above its committed offset. */
export interface Progress {
  /** Offsets above the committed offset whose messages were processed, in ascending order. */
  readonly done: readonly number[];
  /** The number of failed runs of each message that is not processed yet. */
  readonly failures: ReadonlyMap<number, number>;
}

const RUNS = 0;
const BITMAP = 1;
/**
 * The largest distance from the committed offset to an offset in the commit's metadata. A larger distance is treated as corrupt.
 */
const FURTHEST = 5_000_000;

/**
 * Returns the lengths of the runs of offsets that are alternately unprocessed and processed. The first run begins at the committed
 * offset and is unprocessed.
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
 * Encodes which offsets are processed, as run lengths or as a bitmap, whichever is shorter, and how often the other messages have
 * failed.
 */
export function progressBytes(offset: number, { done, failures }: Progress): number[] {
  const attempts = [...failures].flatMap(([failed, times]) => [
    ...writeVarint(failed - offset),
    ...writeVarint(times),
  ]);
  return [...doneBytes(offset, done), ...writeVarint(failures.size), ...attempts];
}

/** Decodes the remaining bytes. `undefined` if they are corrupt. */
export function readProgress(cursor: Cursor, offset: number): Progress | undefined {
  const kind = cursor.bytes[cursor.at++];
  const length = readVarint(cursor);
  if (length === undefined) return undefined;
  const done =
    kind === RUNS ? readRuns(cursor, offset, length) : readBitmap(cursor, offset, length);
  const failures = done && readFailures(cursor, offset);
  if (done === undefined || failures === undefined) return undefined;
  return cursor.at === cursor.bytes.length ? { done, failures } : undefined;
}

/** Bytes that are read one after the other. */
export interface Cursor {
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
export function writeVarint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= MORE) {
    bytes.push((rest % MORE) | MORE);
    rest = Math.floor(rest / MORE);
  }
  bytes.push(rest);
  return bytes;
}

/** Reads a varint and advances the cursor. `undefined` if the bytes end too early, or if the number is larger than any offset. */
export function readVarint(cursor: { readonly bytes: Uint8Array; at: number }): number | undefined {
  let value = 0;
  for (let scale = 1; scale <= Number.MAX_SAFE_INTEGER; scale *= MORE) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) return undefined;
    value += (byte % MORE) * scale;
    if (byte < MORE) return Number.isSafeInteger(value) ? value : undefined;
  }
  return undefined;
}
