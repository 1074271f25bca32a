/** The kind of channel that a row runs on: a topic, through kafkajs or through @platformatic/kafka, or a queue. */
export type Target = 'kafka' | 'platformatic' | 'sqs' | 'fifo';

/** A broker that the rows share. */
export type BrokerName = 'kafka' | 'sqs';

export const brokerOf = (target: Target): BrokerName =>
  target === 'kafka' || target === 'platformatic' ? 'kafka' : 'sqs';

/** A standard queue guarantees no order. */
export const isOrdered = (target: Target): boolean => target !== 'sqs';

/** How long the suite may take: at most 2½ minutes, about 10 minutes, or at most 30 minutes. */
export type Length = 'short' | 'normal' | 'long';
