import type { BatchResultErrorEntry } from '@aws-sdk/client-sqs';
import type { ThroughlineError } from '#base';
import { toldEntry, unanswered, type Request } from './failures.js';

/** What SQS has not done for an item. */
export interface NotDone<T> {
  readonly item: T;
  readonly error: ThroughlineError;
}

/** What an answer says of each item of a batch. */
export interface BatchAnswer<T> {
  readonly done: readonly T[];
  /** Somebody else has it by now, or nobody. */
  readonly notOurs: readonly NotDone<T>[];
  /** To be asked for again. */
  readonly failed: readonly NotDone<T>[];
}

/** As SQS gives it: an entry's id is the place of its item in the request. */
interface RawAnswer {
  readonly Successful?: readonly { readonly Id: string | undefined }[] | undefined;
  readonly Failed?: readonly BatchResultErrorEntry[] | undefined;
}

/** A batch answers 200 although entries have failed. One that the answer names nowhere may be done, or not: it is not done. */
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
    if (entry !== undefined) notDone.push({ item, error: toldEntry(doing, entry, request) });
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
