import { createHash } from 'node:crypto';
import { GROUP_OR_DEDUPLICATION_ID } from './group.js';

/**
 * A group or a deduplication id for a FIFO queue: the text itself where SQS takes it, else its hash. The same bytes always give
 * the same id, so that what shares a key keeps its order.
 */
export function legalId(bytes: Uint8Array | string): string {
  const text = Buffer.from(bytes).toString('latin1');
  return isLegalId(text) ? text : createHash('sha256').update(bytes).digest('hex');
}

export const isLegalId = (text: string | null): text is string =>
  text !== null && GROUP_OR_DEDUPLICATION_ID.test(text);
