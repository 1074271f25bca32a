export { kafkaJs } from './kafkajs/kafkajs.js';
export type { KafkaJsOptions } from './kafkajs/options.js';
export { memory, type MemoryDriver } from './memory/memory.js';
