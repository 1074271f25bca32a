import { createHash } from 'node:crypto';

/** The maximum length of a key. A longer key takes more memory than its digest, and every operation sends it. */
const LONGEST = 200;
const DIGEST = 'sha256:';

/**
 * The Redis key of an idempotency key. The Redis key is unique: idempotency keys that are long, that look like a digest, or that
 * UTF-8 cannot represent (lone surrogates) are hashed.
 */
export function redisKeyOf(prefix: string, key: string): string {
  const isPlain = key.length <= LONGEST && key.isWellFormed() && !key.startsWith(DIGEST);
  return `${prefix}:${isPlain ? key : DIGEST + digest(key)}`;
}

const digest = (key: string): string =>
  createHash('sha256').update(key, 'utf16le').digest('base64url');
