import { errorClassOf, readable, sentenceOf, ThroughlineError, within } from '#base';

/**
 * The methods of a schema registry's client that a codec uses. `SchemaRegistry` of @kafkajs/confluent-schema-registry has these
 * methods (tested with 4.1).
 */
export interface SchemaRegistry {
  /** Returns the id of the latest schema of a subject. */
  getLatestSchemaId(subject: string): Promise<number>;
  /** Loads a schema. A client loads each schema once. */
  getSchema(id: number): Promise<unknown>;
  /** Encodes a payload in Confluent's wire format: a zero byte, the schema's id in four bytes, and the data. */
  encode(id: number, payload: unknown): Promise<Uint8Array>;
  /** Decodes what {@link SchemaRegistry.encode} wrote. */
  decode(bytes: Buffer): Promise<unknown>;
}

/**
 * How long a codec waits for a registry, in milliseconds. Without this limit, a client may wait forever for a registry that
 * hangs.
 */
const ANSWER_WITHIN = 5_000;

/** The HTTP statuses with which the registry itself denies access, or reports that a subject or schema is missing. */
const DENIED = new Set([401, 403]);
const MISSING = new Set([404, 422]);

/**
 * Asks a registry. Every error counts as an outage, unless the registry itself denies access or has no such subject or schema.
 * Status 400 also counts as an outage, because @kafkajs/confluent-schema-registry reports a refused connection with it.
 *
 * @param what the requested object, as part of a sentence, such as `the latest schema of "orders-value"`
 * @throws ThroughlineError `TL_SCHEMA_REGISTRY_UNAVAILABLE`, `TL_SCHEMA_REGISTRY_DENIED`, `TL_SCHEMA_MISSING`
 */
export async function askRegistry<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await within(ANSWER_WITHIN, ask(), () => unavailable(what, NO_ANSWER));
  } catch (thrown) {
    const error = readable(thrown);
    if (errorClassOf(error) !== undefined) throw error;
    throw toRegistryError(what, error);
  }
}

const NO_ANSWER = new Error(`it did not respond within ${ANSWER_WITHIN / 1_000} s`);

function toRegistryError(what: string, error: unknown): ThroughlineError {
  const status = statusOf(error);
  if (status !== undefined && DENIED.has(status)) {
    return new ThroughlineError(
      'TL_SCHEMA_REGISTRY_DENIED',
      `The schema registry denied access to ${what}: ${sentenceOf(error)} Check the credentials of the registry's client.`,
      { cause: error, errorClass: 'blocked' },
    );
  }
  if (status !== undefined && MISSING.has(status)) {
    return new ThroughlineError(
      'TL_SCHEMA_MISSING',
      `The schema registry does not have ${what}: ${sentenceOf(error)} Register the schema, or check the address of the registry.`,
      { cause: error, errorClass: 'blocked' },
    );
  }
  return unavailable(what, error);
}

const unavailable = (what: string, cause: unknown): ThroughlineError =>
  new ThroughlineError(
    'TL_SCHEMA_REGISTRY_UNAVAILABLE',
    `The schema registry did not return ${what}: ${sentenceOf(cause)} Check that the registry is running and reachable.`,
    { cause },
  );

function statusOf(error: unknown): number | undefined {
  const status: unknown =
    typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : undefined;
}
