export { kafkaJs } from './kafkajs/kafkajs.js';
export type { KafkaJsOptions } from './kafkajs/options.js';
export { memory, type MemoryDriver } from './memory/memory.js';
export { platformatic } from './platformatic/platformatic.js';
export type { PlatformaticOptions, PlatformaticSasl } from './platformatic/options.js';
