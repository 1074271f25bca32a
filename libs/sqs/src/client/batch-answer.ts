import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import type { ThroughlineError } from '#base';
import { toEntryError, unanswered, type Request } from './failures.js';

/** An item of a request that SQS did not process. */
export interface NotDone<T> {
  readonly item: T;
  readonly error: ThroughlineError;
}

/** The response of SQS to a batch request, grouped by item. */
export interface BatchAnswer<T> {
  readonly done: readonly T[];
  /** The items whose receipts are no longer valid, because their messages were received again or deleted. */
  readonly notOurs: readonly NotDone<T>[];
  /** To be retried. */
  readonly failed: readonly NotDone<T>[];
}

/** The response to a batch request in SQS' own format. The id of an entry is the index of its item in the request. */
interface RawAnswer {
  readonly Successful?: readonly { readonly Id: string | undefined }[] | undefined;
  readonly Failed?: readonly BatchResultErrorEntry[] | undefined;
}

/**
 * Reads the response to a batch request. Its status is 200 even if entries failed. An item that the response does not mention may
 * have been processed, but it counts as failed.
 */
export function readAnswer<T>(
  items: readonly T[],
  { Successful = [], Failed = [] }: RawAnswer,
  doing: string,
  request: Request,
): BatchAnswer<T> {
  const successful = new Set(Successful.map(({ Id }) => Id));
  const entries = new Map(Failed.map((entry) => [entry.Id, entry]));
  const done: T[] = [];
  const notDone: NotDone<T>[] = [];
  for (const [index, item] of items.entries()) {
    const entry = entries.get(String(index));
    if (entry !== undefined) notDone.push({ item, error: toEntryError(doing, entry, request) });
    else if (successful.has(String(index))) done.push(item);
    else notDone.push({ item, error: unanswered(doing) });
  }
  return {
    done,
    notOurs: notDone.filter(isNotOurs),
    failed: notDone.filter((one) => !isNotOurs(one)),
  };
}

const isNotOurs = ({ error }: NotDone<unknown>): boolean => error.errorClass === 'notOurs';
