/** What a row runs on. */
export type Kind = 'kafka' | 'sqs' | 'fifo';

/** A standard queue promises no order. */
export const isOrdered = (kind: Kind): boolean => kind !== 'sqs';

/** How long the suite may take: at most 3 minutes, about 10, at most 30. */
export type Length = 'short' | 'normal' | 'long';
