export { describeKafkaDriver, type OpenDriver, type TestFramework } from './driver-conformance.js';
export { kafkaJs } from './kafkajs/kafkajs.js';
export type { KafkaJsOptions } from './kafkajs/options.js';
export { memory, type MemoryDriver } from './memory/memory.js';
