import type { Order } from './inbound-message.js';

/** What a source knows of each of its topics. */
export interface TopicPlan {
  /** The logical name of the channel whose handler takes what comes. */
  readonly channel: string;
  readonly order: Order;
  /** `own`: the channel's topic. `retry`: where its dead letters come back for this group alone. */
  readonly part: 'own' | 'retry';
}

/** By Kafka's name of the topic. */
export type TopicPlans = ReadonlyMap<string, TopicPlan>;
