export { bytes, json, text, type Codec, type CodecContext } from 'throughline/transport';
export { avro, type AvroOptions } from './avro.js';
export type { SchemaRegistry } from './schema-registry.js';
