import { createHash } from 'node:crypto';

/**
 * The maximum length of a key. A longer key is replaced with its digest, which takes less memory and is shorter to send with
 * every operation.
 */
const LONGEST = 200;
const DIGEST = 'sha256:';

/**
 * Returns the Redis key for an idempotency key. Three kinds of idempotency keys are hashed so that every Redis key stays unique
 * and short: long keys, keys that look like a digest, and keys that UTF-8 cannot represent (lone surrogates).
 */
export function redisKeyOf(prefix: string, key: string): string {
  const isPlain = key.length <= LONGEST && key.isWellFormed() && !key.startsWith(DIGEST);
  return `${prefix}:${isPlain ? key : DIGEST + digest(key)}`;
}

const digest = (key: string): string =>
  createHash('sha256').update(key, 'utf16le').digest('base64url');
