/** The fields of a batch that decide whether its records are delivered. */
export interface TransactionalBatch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** The id of the batch's producer, or -1 if it has none. */
  readonly producerId: number;
  readonly isTransactional: boolean;
  /** Whether the batch is a marker at the end of a transaction. It contains no records for consumers. */
  readonly isControl: boolean;
  /** Whether the batch is the marker of an aborted transaction. Only meaningful if `isControl` is true. */
  readonly isAbortMarker: boolean;
}

/** A transaction that was aborted, as a fetch response lists it. */
export interface AbortedTransaction {
  readonly producerId: number;
  /** The offset of the transaction's first record in the partition. */
  readonly firstOffset: number;
}

/**
 * Returns the batches whose records are delivered, without markers and without batches from aborted transactions.
 *
 * The rule is that of the Java client (CompletedFetch). The broker sends the list of aborted transactions unsorted, and a
 * transaction may begin before the fetched batches or end after them. The batch says whether it is a marker. The key of an ordinary
 * record can look like the key of a marker, so it is never read.
 *
 * @param batches the batches of one partition in one fetch response, in order
 * @param aborted the aborted transactions that overlap these batches
 */
export function committedBatches<B extends TransactionalBatch>(
  batches: readonly B[],
  aborted: readonly AbortedTransaction[],
): readonly B[] {
  const pending = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset);
  const producers = new Set<number>();
  let next = 0;
  return batches.filter((batch) => {
    for (; next < pending.length; next += 1) {
      const transaction = pending[next];
      if (transaction === undefined || transaction.firstOffset > batch.lastOffset) break;
      producers.add(transaction.producerId);
    }
    if (batch.isControl) {
      if (batch.isAbortMarker) producers.delete(batch.producerId);
      return false;
    }
    return !(batch.isTransactional && producers.has(batch.producerId));
  });
}
