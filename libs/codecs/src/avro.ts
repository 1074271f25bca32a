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
   * The subject whose latest schema writes the messages: a name, or a function of the message's place. Default: Confluent's
   * TopicNameStrategy, `<topic>-value` for bodies and `<topic>-key` for keys.
   */
  readonly subject?: string | ((context: CodecContext) => string);
  /** How long the id of the latest schema is used before the registry is asked again. Default: `5m`. */
  readonly refresh?: Duration;
}

const AVRO_RULES: RulesFor<AvroOptions> = {
  subject: {
    expected: 'a non-empty string or a function',
    accepts: (value) => rule.text.accepts(value) || rule.fn.accepts(value),
  },
  refresh: rule.duration,
};

/** The first byte of Confluent's wire format. Four bytes with the schema's id follow, and then the data. */
const MAGIC = 0;
const HEADER_BYTES = 5;

/**
 * Avro in Confluent's wire format, with the schemas of a schema registry. Each message is written with the latest schema of its
 * subject, and read with the schema that wrote it. While the registry is unavailable, messages with schemas that are already known
 * are handled, and all others wait: nothing is counted as an attempt, and no message becomes a dead letter.
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
      // A copy, because what the client returns may contain parts of these bytes.
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

/** The names of Confluent's TopicNameStrategy. */
const subjectOfTopic = ({ destination, part }: CodecContext): string =>
  `${destination}-${part === 'key' ? 'key' : 'value'}`;

/** @throws Error if the bytes are not in Confluent's wire format */
function schemaIdOf(bytes: Buffer): number {
  if (bytes.length >= HEADER_BYTES && bytes[0] === MAGIC) return bytes.readInt32BE(1);
  throw new Error(
    "it is not in Confluent's wire format, which begins with a zero byte and the id of a schema",
  );
}
