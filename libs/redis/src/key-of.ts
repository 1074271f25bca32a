import { createHash } from 'node:crypto';

/** Longer marks would cost more memory than their digest, and every key is sent with every operation. */
const LONGEST = 200;
const DIGEST = 'sha256:';

/**
 * The key of a mark, unlike that of any other mark: marks that are long, that look like a digest, or that UTF-8 cannot tell apart
 * (lone surrogates) are hashed.
 */
export function keyOf(prefix: string, mark: string): string {
  const isPlain = mark.length <= LONGEST && mark.isWellFormed() && !mark.startsWith(DIGEST);
  return `${prefix}:${isPlain ? mark : DIGEST + digest(mark)}`;
}

const digest = (mark: string): string =>
  createHash('sha256').update(mark, 'utf16le').digest('base64url');
