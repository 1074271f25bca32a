import type { Order } from './inbound-message.js';

/** Describes how a source reads one of its topics. */
export interface TopicPlan {
  /** The logical name of the channel whose handler gets the messages. */
  readonly channel: string;
  readonly order: Order;
  /** `own`: the channel's topic. `retry`: the topic to which dead letters are redriven for this group alone. */
  readonly part: 'own' | 'retry';
}

/** Topic plans, keyed by the topic's name in Kafka. */
export type TopicPlans = ReadonlyMap<string, TopicPlan>;
