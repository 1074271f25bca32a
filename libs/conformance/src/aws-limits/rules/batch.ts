import { z } from 'zod';
import { obeys } from './obeys.js';

const MAX_ENTRIES = 10;

const Entry = z.object({
  Id: z
    .string()
    // SQS Developer Guide, "Amazon SQS message quotas", Batched message ID.
    .superRefine(
      obeys('an entry’s Id: 1 to 80 letters, digits, "-" and "_"', (id) =>
        /^[A-Za-z0-9_-]{1,80}$/.test(id),
      ),
    ),
});

/**
 * The limits of every batch: TooManyEntriesInBatchRequest, EmptyBatchRequest, BatchEntryIdsNotDistinct and
 * InvalidBatchEntryId (API_SendMessageBatch and the other batch operations, Errors).
 */
export const Batch = z.object({
  Entries: z
    .array(Entry)
    .superRefine(
      obeys(
        'a batch: 1 to 10 entries',
        ({ length }) => length >= 1 && length <= MAX_ENTRIES,
        ({ length }) => length,
      ),
    )
    .superRefine(
      obeys(
        'a batch: each entry an Id of its own',
        (entries) => new Set(entries.map(({ Id }) => Id)).size === entries.length,
        (entries) => entries.map(({ Id }) => Id),
      ),
    ),
});
