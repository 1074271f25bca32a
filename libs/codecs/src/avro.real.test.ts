import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { env } from 'node:process';
import { type Broker, startSchemaRegistry } from '#brokers';
import type { Codec, CodecContext } from 'throughline/transport';
import { avro } from './avro.js';
import { PaymentApplication } from './payment-application.fixture.js';
import { RegisteredSchemas } from './registered-schemas.fixture.js';

jest.setTimeout(180_000);

const payment = { id: 'p1', cents: 250 };
/** {@link payment} in Avro: the length 2 and 250 as zigzag numbers in base 128. */
const PAYMENT_BYTES = [0x04, 0x70, 0x31, 0xf4, 0x03];

const bodyOf = (destination: string): CodecContext => ({ destination, part: 'body' });
const inWireFormat = (id: number, data: readonly number[]): Buffer =>
  Buffer.from([0, 0, 0, 0, id, ...data]);
/** The results of two calls that were rejected with this error. */
const rejected = (error: { readonly code: string; readonly errorClass: string }): unknown =>
  Array(2).fill({ status: 'rejected', reason: expect.objectContaining(error) as unknown });

let broker: Broker;
let schemas: RegisteredSchemas;
beforeAll(async () => {
  broker = await startSchemaRegistry();
  schemas = new RegisteredSchemas(broker.address);
});
afterAll(() => broker.stop());

/** A codec that has asked the registry nothing yet. */
const openCodec = (): Codec =>
  avro(new SchemaRegistry({ host: broker.address }), { refresh: '1ms' });

const pause = (): Promise<void> => {
  broker.pause();
  return Promise.resolve();
};
const resume = (): Promise<void> => {
  broker.resume();
  return Promise.resolve();
};
const kill = (): Promise<void> => broker.kill();
const restart = (): Promise<void> => broker.restart();

describe('avro() with Apicurio Registry', () => {
  it('reads what others write in the wire format, and writes the same bytes', async () => {
    const id = await schemas.register('payments');
    const bytes = inWireFormat(id, PAYMENT_BYTES);

    const read = await openCodec().decode(bytes, bodyOf('payments'));
    const written = await openCodec().encode(payment, bodyOf('payments'));

    expect(read).toEqual(payment);
    expect(Buffer.from(written)).toEqual(bytes);
  });

  it('writes with a compatible version as soon as it is the latest, and reads every version', async () => {
    const codec = openCodec();
    const context = bodyOf('refunds');
    await schemas.register('refunds');
    const early = Buffer.from(await codec.encode(payment, context));
    const refused = schemas.register('refunds', [{ name: 'by', type: 'string' }]);
    await expect(refused).rejects.toThrow('409');

    const id = await schemas.register('refunds', [{ name: 'by', type: 'string', default: '' }]);
    const late = Buffer.from(await codec.encode({ ...payment, by: 'card' }, context));

    expect(late.readInt32BE(1)).toBe(id);
    expect(await openCodec().decode(early, context)).toEqual(payment);
    expect(await openCodec().decode(late, context)).toEqual({ ...payment, by: 'card' });
  });

  it('reports what the registry does not have as blocked, which a message waits for', async () => {
    const codec = openCodec();
    const missing = Buffer.from([0, 0x7f, 0, 0, 0, ...PAYMENT_BYTES]);

    const asked = await Promise.allSettled([
      codec.encode(payment, bodyOf('none')),
      codec.decode(missing, bodyOf('none')),
    ]);

    expect(asked).toEqual(rejected({ code: 'TL_SCHEMA_MISSING', errorClass: 'blocked' }));
  });

  it('refuses data that its schema cannot read', async () => {
    const id = await schemas.register('charges');
    const damaged = inWireFormat(id, [200]);

    await expect(openCodec().decode(damaged, bodyOf('charges'))).rejects.not.toHaveProperty('code');
  });

  it.each([
    ['halts', pause, resume],
    ['is killed', kill, restart],
  ])(
    'continues with known schemas while the registry %s, and recovers',
    async (how, fail, recover) => {
      const topic = `orders-${how.length}`;
      const known = await schemas.register(topic);
      const unknown = await schemas.register(topic, [{ name: 'by', type: 'string', default: '' }]);
      const codec = openCodec();
      const read = (id: number, ...more: readonly number[]): Promise<unknown> =>
        Promise.resolve(codec.decode(inWireFormat(id, [...PAYMENT_BYTES, ...more]), bodyOf(topic)));
      await read(known);

      await fail();
      const during = await read(known);
      const refused = await Promise.allSettled([
        read(unknown, 0),
        codec.encode(payment, bodyOf(topic)),
      ]);
      await recover();

      expect(during).toEqual(payment);
      expect(refused).toEqual(
        rejected({ code: 'TL_SCHEMA_REGISTRY_UNAVAILABLE', errorClass: 'unavailable' }),
      );
      expect(await read(unknown, 0)).toEqual({ ...payment, by: '' });
    },
  );
});

describe('messages in Avro, on Apache Kafka with Apicurio Registry', () => {
  let application: PaymentApplication;
  beforeAll(async () => {
    application = new PaymentApplication(env.TEST_KAFKA ?? '', openCodec());
    await application.start();
  });
  afterAll(() => application.stop());

  it('are published and handled', async () => {
    await schemas.register(application.topic);

    await application.publish({ id: 'published', cents: 100 });

    const handled = await application.handled.first(({ id }) => id === 'published');
    expect(handled).toEqual({ id: 'published', cents: 100, attempt: 1 });
  });

  it('become dead letters, byte for byte, if their schema cannot read them', async () => {
    const id = await schemas.register('damaged');
    const damaged = inWireFormat(id, [200]);

    await application.send(damaged);

    const { body, cause } = await application.deadLetters.first(() => true);
    expect(body).toEqual(damaged);
    expect(cause).toContain('TL_BODY_UNDECODABLE');
  });

  it('wait, with their first attempt, until their schema is registered', async () => {
    // The registry counts its ids.
    const id = (await schemas.register('next-to-last')) + 1;

    await application.send(inWireFormat(id, PAYMENT_BYTES));
    await application.log.first((line) => line.includes('TL_SCHEMA_MISSING'));
    const registered = await schemas.register('last');

    expect(registered).toBe(id);
    const handled = await application.handled.first((one) => one.id === payment.id);
    expect(handled).toEqual({ ...payment, attempt: 1 });
  });
});
