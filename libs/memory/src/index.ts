export type { MemoryBroker, MemoryBrokerOptions, QueueSettings, TopicSettings } from './broker.js';
export type { Clock } from './clock.js';
export { memory, memoryBroker, type MemoryOptions } from './memory.js';
export type { StoredMessage } from './message.js';
export type { MemoryQueue, QueueCounts, QueueTerms } from './queue/queue.js';
export type { ConsumerGroup } from './topic/group.js';
export type { MemoryTopic, Position, TopicRecord } from './topic/topic.js';
