import {
  assertOptions,
  milliseconds,
  optionInvalid,
  rule,
  type Duration,
  type RulesFor,
} from '#base';
import type { Codec, CodecContext } from 'throughline/transport';
import { LatestSchemas } from './latest-schemas.js';
import { askRegistry, type SchemaRegistry } from './schema-registry.js';

/** Options of {@link avro}. */
export interface AvroOptions {
  /**
   * The subject in the registry. Its latest schema encodes the messages. Pass a name, or a function that returns the name for a
   * topic and a part of the message. Default: Confluent's TopicNameStrategy, `<topic>-value` for bodies and `<topic>-key` for
   * keys.
   */
  readonly subject?: string | ((context: CodecContext) => string);
  /** How long the codec uses the id of the latest schema before it asks the registry again. Default: `5m`. */
  readonly refresh?: Duration;
}

const AVRO_RULES: RulesFor<AvroOptions> = {
  subject: {
    expected: 'a non-empty string or a function',
    accepts: (value) => rule.text.accepts(value) || rule.fn.accepts(value),
  },
  refresh: rule.duration,
};

/** The first byte of Confluent's wire format. It is followed by four bytes with the schema's id, and then by the data. */
const MAGIC = 0;
const HEADER_BYTES = 5;

/**
 * Avro in Confluent's wire format, with the schemas of a schema registry. Each message is encoded with the latest schema of its
 * subject, and decoded with the schema that encoded it. While the registry is unavailable, a handler continues as long as its
 * messages need only schemas that are already known. Otherwise, it waits: no attempt is counted, and no message becomes a dead
 * letter.
 *
 * @param registry the client of the registry, such as `SchemaRegistry` of @kafkajs/confluent-schema-registry
 * @throws ThroughlineError `TL_OPTION_INVALID`, `TL_OPTION_UNKNOWN`. When a message is encoded or decoded:
 *   `TL_SCHEMA_REGISTRY_UNAVAILABLE`, `TL_SCHEMA_REGISTRY_DENIED`, `TL_SCHEMA_MISSING`
 * @example
 * const registry = new SchemaRegistry({ host: 'http://localhost:8081' });
 * export const payments = topic('payments', { schema: Payment, codec: avro(registry) });
 */
export function avro(registry: SchemaRegistry, options: AvroOptions = {}): Codec {
  assertOptions('avro()', options, AVRO_RULES);
  if (!REGISTRY_RULE.accepts(registry)) {
    throw optionInvalid('avro()', 'the registry', REGISTRY_RULE.expected, registry);
  }
  const { subject = subjectOfTopic, refresh = '5m' } = options;
  const latest = new LatestSchemas(registry, milliseconds(refresh));
  const known = new Set<number>();
  const load = async (id: number): Promise<void> => {
    if (known.has(id)) return;
    await askRegistry(`the schema ${id}`, () => registry.getSchema(id));
    known.add(id);
  };
  return Object.freeze({
    name: 'avro',
    encode: async (value: unknown, context: CodecContext): Promise<Uint8Array> => {
      const id = await latest.idOf(typeof subject === 'string' ? subject : subject(context));
      await load(id);
      return registry.encode(id, value);
    },
    decode: async (bytes: Uint8Array): Promise<unknown> => {
      // The client decodes a copy, because its result may refer to the bytes that it received.
      const copy = Buffer.from(bytes);
      await load(schemaIdOf(copy));
      return registry.decode(copy);
    },
  });
}

const REGISTRY_RULE = rule.withMethods(
  'the client of a schema registry, such as new SchemaRegistry({ host })',
  'getLatestSchemaId',
  'getSchema',
  'encode',
  'decode',
);

/** Returns the subject according to Confluent's TopicNameStrategy. */
const subjectOfTopic = ({ destination, part }: CodecContext): string =>
  `${destination}-${part === 'key' ? 'key' : 'value'}`;

/** @throws Error if the bytes are not in Confluent's wire format */
function schemaIdOf(bytes: Buffer): number {
  if (bytes.length >= HEADER_BYTES && bytes[0] === MAGIC) return bytes.readInt32BE(1);
  throw new Error(
    "the bytes are not in Confluent's wire format, which begins with a zero byte and the id of a schema",
  );
}
