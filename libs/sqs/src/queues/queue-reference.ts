/** A queue as its broker knows it. */
export interface QueueAddress {
  /** The logical name, as in the code. */
  readonly channel: string;
  /** SQS' own name, which spans show. */
  readonly name: string;
  readonly url: string;
  readonly isFifo: boolean;
}

/** What the code's name of a queue stands for. */
export type QueueReference =
  | { readonly kind: 'url'; readonly url: string; readonly name: string }
  | { readonly kind: 'name'; readonly name: string; readonly owner?: string };

const ARN = /^arn:[^:]+:sqs:[^:]+:(\d{12}):([\w-]+(?:\.fifo)?)$/;

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Reads a queue's configured name: a URL, an ARN, or a name. */
export function parseReference(configured: string): QueueReference {
  if (/^https?:\/\//.test(configured)) {
    return { kind: 'url', url: configured, name: lastOf(configured) };
  }
  const [, owner, name] = ARN.exec(configured) ?? [];
  if (owner !== undefined && name !== undefined) return { kind: 'name', name, owner };
  return { kind: 'name', name: configured };
}

/** Where a queue's dead letters are kept if its handler does not say otherwise. */
export const deadLetterName = (name: string): string =>
  isFifo(name) ? name.replace(/\.fifo$/, '-dlq.fifo') : `${name}-dlq`;

/** Whether the name is that of a FIFO queue; SQS demands the ending. */
export const isFifo = (name: string): boolean => name.endsWith('.fifo');
