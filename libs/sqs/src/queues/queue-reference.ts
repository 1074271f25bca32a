/** A queue that SQS has found. */
export interface QueueAddress {
  /** The channel's logical name, as in the code. */
  readonly channel: string;
  /** The name in SQS, which spans show. */
  readonly name: string;
  readonly url: string;
  readonly isFifo: boolean;
}

/** The parsed form of a configured queue. */
export type QueueReference =
  | { readonly kind: 'url'; readonly url: string; readonly name: string }
  | { readonly kind: 'name'; readonly name: string; readonly owner?: string };

const ARN = /^arn:[^:]+:sqs:[^:]+:(\d{12}):([\w-]+(?:\.fifo)?)$/;

const lastOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** Parses a queue's URL, ARN or name. */
export function parseReference(configured: string): QueueReference {
  if (/^https?:\/\//.test(configured)) {
    return { kind: 'url', url: configured, name: lastOf(configured) };
  }
  const [, owner, name] = ARN.exec(configured) ?? [];
  if (owner !== undefined && name !== undefined) return { kind: 'name', name, owner };
  return { kind: 'name', name: configured };
}

/** The default name of a queue's dead-letter queue. */
export const deadLetterName = (name: string): string =>
  isFifo(name) ? name.replace(/\.fifo$/, '-dlq.fifo') : `${name}-dlq`;

/** SQS requires this ending of a FIFO queue's name, and allows it for no other. */
export const isFifo = (name: string): boolean => name.endsWith('.fifo');
