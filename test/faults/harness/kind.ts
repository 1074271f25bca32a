/** What a row runs on. */
export type Kind = 'kafka' | 'sqs' | 'fifo';

/** A broker that all rows share. */
export type BrokerName = 'kafka' | 'sqs';

export const brokerOf = (kind: Kind): BrokerName => (kind === 'kafka' ? 'kafka' : 'sqs');

/** A standard queue promises no order. */
export const isOrdered = (kind: Kind): boolean => kind !== 'sqs';

/** How long the suite may take: at most 2½ minutes, about 10, at most 30. */
export type Length = 'short' | 'normal' | 'long';
