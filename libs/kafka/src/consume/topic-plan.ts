import type { Order } from './partitions/inbound-message.js';

/** Describes how a source reads one of its topics. */
export interface TopicPlan {
  /** The logical name of the channel whose handlers receive the messages of the topic. */
  readonly channel: string;
  readonly order: Order;
  /** The purpose of the topic. `own`: it is the channel's topic. `retry`: it receives redriven dead letters for this group only. */
  readonly part: 'own' | 'retry';
}

/** Describes how a source reads its topics. The keys are the topics' names in Kafka. */
export type TopicPlans = ReadonlyMap<string, TopicPlan>;
