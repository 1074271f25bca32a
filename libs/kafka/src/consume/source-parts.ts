import type { HealthReports } from 'throughline/transport';
import type { ConsumerOptions, KafkaDriver } from '../driver.js';
import type { TopicPlans } from './topic-plan.js';

/** What a group's source is made of. */
export interface KafkaSourceParts {
  readonly driver: KafkaDriver;
  readonly consumer: ConsumerOptions;
  readonly plans: TopicPlans;
  readonly suppress: <R>(clientCall: () => R) => R;
  /** Where it is told that the group is blocked. */
  readonly health: HealthReports;
  /** Before the group is joined: makes topics where that was asked for. */
  readonly prepare: () => Promise<void>;
}
