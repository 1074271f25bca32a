import { afterEach, describe, expect, it } from '@jest/globals';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import type { Codec, CodecContext } from 'throughline/transport';
import { avro, type AvroOptions } from './avro.js';
import { json, RegistryServer, type Fault } from './registry-server.fixture.js';

const Payment = {
  type: 'record',
  name: 'Payment',
  fields: [
    { name: 'id', type: 'string' },
    { name: 'cents', type: 'long' },
  ],
};
/** A later version of the same schema. */
const Refundable = {
  ...Payment,
  fields: [...Payment.fields, { name: 'refunded', type: 'boolean', default: false }],
};
const BODY: CodecContext = { destination: 'payments', part: 'body' };
const payment = { id: 'p1', cents: 250 };

const servers: RegistryServer[] = [];
afterEach(() => Promise.all(servers.splice(0).map((server) => server.stop())));

/** A registry with these schemas for the bodies of `payments`, and a codec that uses it through the client of kafkajs. */
async function openCodec({
  schemas = [Payment],
  subject = 'payments-value',
  ...options
}: AvroOptions & { readonly schemas?: readonly object[]; readonly subject?: string } = {}) {
  const server = await RegistryServer.start(schemas.map((schema) => ({ subject, schema })));
  servers.push(server);
  return { server, codec: codecOf(server, options) };
}

const codecOf = ({ host }: RegistryServer, options?: AvroOptions): Codec =>
  avro(new SchemaRegistry({ host, retry: { retries: 0 } }), options);

const codeOf = (work: () => unknown): Promise<unknown> =>
  Promise.resolve()
    .then(work)
    .then(
      () => 'it succeeded',
      (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
    );

describe('avro()', () => {
  it("writes Confluent's wire format with the latest schema of the topic, and reads it back", async () => {
    const { codec } = await openCodec({ schemas: [Payment, Payment] });

    const bytes = Buffer.from(await codec.encode(payment, BODY));

    expect([...bytes.subarray(0, 5)]).toEqual([0, 0, 0, 0, 2]);
    expect(await codec.decode(bytes, BODY)).toEqual(payment);
  });

  it('reads each message with the schema that wrote it', async () => {
    const { server, codec } = await openCodec({ schemas: [Payment, Refundable] });
    const early = avro({
      ...clientOf(server),
      getLatestSchemaId: () => Promise.resolve(1),
    });

    const old = Buffer.from(await early.encode(payment, BODY));
    const later = Buffer.from(await codec.encode({ ...payment, refunded: true }, BODY));

    expect(await codec.decode(old, BODY)).toEqual(payment);
    expect(await codec.decode(later, BODY)).toEqual({ ...payment, refunded: true });
  });

  it('asks for each schema once, however many messages come at once', async () => {
    const { server, codec } = await openCodec();

    const all = await Promise.all(
      Array.from({ length: 50 }, () => Promise.resolve(codec.encode(payment, BODY))),
    );
    await Promise.all(all.map((bytes) => Promise.resolve(codec.decode(Buffer.from(bytes), BODY))));

    expect(server.requests).toEqual(['/subjects/payments-value/versions/latest', '/schemas/ids/1']);
  });

  it.each<readonly [string, AvroOptions, CodecContext, string]>([
    ['a key', {}, { destination: 'payments', part: 'key' }, 'payments-key'],
    ['a name', { subject: 'shop.Payment' }, BODY, 'shop.Payment'],
    ['a function', { subject: ({ destination }) => `of-${destination}` }, BODY, 'of-payments'],
  ])('chooses the subject: %s', async (_, options, context, subject) => {
    const server = await RegistryServer.start([{ subject, schema: Payment }]);
    servers.push(server);

    const bytes = await codecOf(server, options).encode(payment, context);

    expect(bytes).toBeInstanceOf(Uint8Array);
  });

  it.each([
    ['no bytes', Buffer.alloc(0)],
    ['too few', Buffer.of(0, 0, 0)],
    ['JSON', Buffer.from('{"id":"p1"}')],
  ])('refuses what is not in the wire format, and asks nobody: %s', async (_, bytes) => {
    const { server, codec } = await openCodec();

    await expect(codec.decode(bytes, BODY)).rejects.toThrow("Confluent's wire format");
    expect(server.requests).toEqual([]);
  });

  it('refuses data that its schema cannot read, and payloads that it cannot write', async () => {
    const { codec } = await openCodec();

    const read = await codeOf(() => codec.decode(Buffer.of(0, 0, 0, 0, 1, 200), BODY));
    const written = await codeOf(() => codec.encode({ id: 7 }, BODY));

    expect(read).toBeInstanceOf(Error);
    expect(written).toBeInstanceOf(Error);
  });

  it.each<readonly [string, Fault, string]>([
    ['500', json(500, { message: 'no' }), 'TL_SCHEMA_REGISTRY_UNAVAILABLE'],
    ['503', json(503, { message: 'no' }), 'TL_SCHEMA_REGISTRY_UNAVAILABLE'],
    ['429', json(429, { message: 'no' }), 'TL_SCHEMA_REGISTRY_UNAVAILABLE'],
    ['401', json(401, { message: 'no' }), 'TL_SCHEMA_REGISTRY_DENIED'],
    ['403', json(403, { message: 'no' }), 'TL_SCHEMA_REGISTRY_DENIED'],
    ['404', json(404, { message: 'no' }), 'TL_SCHEMA_MISSING'],
    ['a page of a proxy', (response) => response.end('<html>'), 'TL_SCHEMA_REGISTRY_UNAVAILABLE'],
    ['a lost connection', (response) => response.destroy(), 'TL_SCHEMA_REGISTRY_UNAVAILABLE'],
  ])('tells an outage from a refusal, on both ways: %s', async (_, fault, code) => {
    const { server, codec } = await openCodec();
    server.fault = fault;

    expect(await codeOf(() => codec.encode(payment, BODY))).toBe(code);
    expect(await codeOf(() => codec.decode(Buffer.of(0, 0, 0, 0, 1, 0), BODY))).toBe(code);
  });

  it('counts a registry that cannot be reached as an outage', async () => {
    const { server, codec } = await openCodec();
    await server.stop();
    servers.splice(0);

    expect(await codeOf(() => codec.encode(payment, BODY))).toBe('TL_SCHEMA_REGISTRY_UNAVAILABLE');
  });

  it('continues with known schemas during an outage, and recovers', async () => {
    const { server, codec } = await openCodec({ refresh: '1ms' });
    const bytes = Buffer.from(await codec.encode(payment, BODY));
    server.fault = json(503, { message: 'no' });

    const during = Buffer.from(await codec.encode(payment, BODY));
    const decoded = await codec.decode(bytes, BODY);
    const unknown = await codeOf(() => codec.decode(Buffer.of(0, 0, 0, 0, 9, 0), BODY));
    server.fault = undefined;
    const after = await codec.encode(payment, BODY);

    expect(during).toEqual(bytes);
    expect(decoded).toEqual(payment);
    expect(unknown).toBe('TL_SCHEMA_REGISTRY_UNAVAILABLE');
    expect(after).toEqual(bytes);
  });

  it('loads a schema that was asked for in vain, if the client gives up the request', async () => {
    const { server } = await openCodec();
    const patient = codecOf(server);
    const limited = avro(
      new SchemaRegistry({
        host: server.host,
        retry: { retries: 0 },
        middlewares: [
          () => ({ prepareRequest: async (next) => (await next()).enhance({ timeout: 50 }) }),
        ],
      }),
    );
    const bytes = Buffer.from(await patient.encode(payment, BODY));
    server.fault = () => undefined;

    const during = await codeOf(() => limited.decode(bytes, BODY));
    server.fault = undefined;

    expect(during).toBe('TL_SCHEMA_REGISTRY_UNAVAILABLE');
    expect(await limited.decode(bytes, BODY)).toEqual(payment);
  });

  it.each([[undefined], [{}], [{ getSchema: () => Promise.resolve(1) }]])(
    'refuses a value that is not the client of a registry: %p',
    (registry) => {
      const call = (): unknown => Reflect.apply(avro, undefined, [registry]);

      expect(call).toThrow('the client of a schema registry');
    },
  );
});

/** The client of kafkajs as an object, so that a test can replace a method. */
function clientOf({ host }: RegistryServer): Parameters<typeof avro>[0] {
  const client = new SchemaRegistry({ host, retry: { retries: 0 } });
  return {
    getLatestSchemaId: (subject) => client.getLatestSchemaId(subject),
    getSchema: (id) => client.getSchema(id),
    encode: (id, payload) => client.encode(id, payload),
    decode: (bytes) => client.decode(bytes),
  };
}
