import { randomFillSync } from 'node:crypto';

const BYTES = 8;
const ZEROS = '0'.repeat(2 * BYTES);
const pool = Buffer.alloc(BYTES * 512);
let next = pool.length;

/** A new id of a span: 16 hex digits, not all of them 0. Random bytes are drawn for many at once, since a draw costs 1 us. */
export function newSpanId(): string {
  if (next === pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  const id = pool.toString('hex', next, next + BYTES);
  next += BYTES;
  return id === ZEROS ? newSpanId() : id;
}
