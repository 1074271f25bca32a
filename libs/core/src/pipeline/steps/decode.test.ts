import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { topic } from 'throughline/kafka';
import { ThroughlineError } from '#base';
import { ACK, BODY_ENCODING, bytes, text, type Codec, type Outcome } from 'throughline/transport';
import { Delivery, payloadOf } from '../../delivery.js';
import { Reject, RetryLater } from '../../handler-errors.js';
import { compose } from '../compose.js';
import { aDelivery } from '../delivery.fixture.js';
import { anInbound } from '../inbound-message.fixture.js';
import type { Step } from '../step.js';
import { decode } from './decode.js';

const withCodec = <T, K>(codec: Codec<T>, keyCodec?: Codec<K>): Step =>
  decode(topic('orders', { schema: z.custom<T>(), codec, ...(keyCodec && { keyCodec }) }));

const codecOf = (decodes: Codec['decode']): Codec => ({
  name: 'own',
  encode: () => '',
  decode: decodes,
});

/** What a step makes of a message, and what the handler behind it sees. */
async function decoded(step: Step, delivery: Delivery) {
  const seen: { payload?: unknown; decodedKey?: unknown } = {};
  const outcome: Outcome = await compose([step], (reached) => {
    seen.payload = payloadOf(reached);
    seen.decodedKey = reached.message.decodedKey;
    return ACK;
  })(delivery);
  return { outcome, seen };
}

/** A codec that decodes nothing, because it throws this. */
const throwing = (thrown: unknown): Codec =>
  codecOf(() => {
    throw thrown;
  });

/** The same, later. */
const rejecting = (thrown: unknown): Codec =>
  codecOf(async () => {
    await Promise.resolve();
    throw thrown;
  });

describe('decode without a codec', () => {
  const step = decode(topic('orders', { schema: z.unknown() }));

  it('reads JSON in UTF-8', async () => {
    const { seen } = await decoded(step, aDelivery({ body: '{"item":"Gerät"}' }));

    expect(seen.payload).toEqual({ item: 'Gerät' });
  });

  it('passes a tombstone on', async () => {
    const { outcome, seen } = await decoded(step, aDelivery({ body: null }));

    expect(outcome).toBe(ACK);
    expect(seen.payload).toBeNull();
  });

  it.each([
    ['no text', ''],
    ['another format', 'not json'],
    ['a part of JSON', '{"private":'],
    ['a control character', '\u0000'],
    ['bytes that are not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
  ])('makes a dead letter of %s, without its content', async (_, body) => {
    const inbound = { ...anInbound(), raw: Buffer.from(body) };

    const { outcome, seen } = await decoded(step, new Delivery(inbound, 1));

    expect(outcome).toMatchObject({
      kind: 'deadLetter',
      reason: 'invalid',
      cause: { code: 'TL_BODY_NOT_JSON' },
    });
    expect(JSON.stringify(outcome)).not.toContain('private');
    expect(seen).toEqual({});
  });
});

describe('decode with a codec', () => {
  it('hands the handler what the codec returns, now or later', async () => {
    const now = withCodec(codecOf((raw) => raw.length));
    const later = withCodec(codecOf((raw) => Promise.resolve(raw.length)));

    const first = await decoded(now, aDelivery({ body: 'four' }));
    const second = await decoded(later, aDelivery({ body: 'four' }));

    expect([first.seen.payload, second.seen.payload]).toEqual([4, 4]);
  });

  it('passes a tombstone on, and asks no codec', async () => {
    const { outcome, seen } = await decoded(
      withCodec(throwing(new Error('It was asked.'))),
      aDelivery({ body: null }),
    );

    expect(outcome).toBe(ACK);
    expect(seen.payload).toBeNull();
  });

  it('decodes the key as well, from its bytes', async () => {
    const inbound = { ...anInbound(), raw: Buffer.from('body'), rawKey: Buffer.of(0, 7) };
    const number = codecOf((raw) => Promise.resolve(Buffer.from(raw).readUInt16BE()));

    const { seen } = await decoded(withCodec(text(), number), new Delivery(inbound, 1));

    expect(seen).toEqual({ payload: 'body', decodedKey: 7 });
  });

  it('leaves a missing key null', async () => {
    const inbound = { ...anInbound(), raw: Buffer.from('body'), key: null, rawKey: null };

    const { seen } = await decoded(withCodec(text(), bytes()), new Delivery(inbound, 1));

    expect(seen.decodedKey).toBeNull();
  });

  it('decodes the body as it was published, if its broker holds it in base64', async () => {
    const raw = Buffer.from(Buffer.of(0, 255).toString('base64'));
    const inbound = { ...anInbound(), raw, headers: { [BODY_ENCODING]: 'base64' } };

    const { seen } = await decoded(withCodec(bytes()), new Delivery(inbound, 1));

    expect(seen.payload).toEqual(Buffer.of(0, 255));
  });

  it.each([
    ['throws', throwing],
    ['rejects', rejecting],
  ])('makes a dead letter of what a codec cannot read: %s', async (_, codec) => {
    const { outcome } = await decoded(
      withCodec(codec(new Error('no schema'))),
      aDelivery({ body: 'four' }),
    );

    expect(outcome).toMatchObject({
      kind: 'deadLetter',
      reason: 'invalid',
      cause: {
        code: 'TL_BODY_UNDECODABLE',
        message: 'The body of the message (4 bytes) cannot be decoded by the codec own: no schema.',
      },
    });
  });

  it('makes a dead letter whatever a codec throws', async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();

    const now = await decoded(withCodec(throwing(proxy)), aDelivery({ body: 'four' }));
    const later = await decoded(withCodec(rejecting(proxy)), aDelivery({ body: 'four' }));

    expect([now, later]).toMatchObject([
      { outcome: { cause: { code: 'TL_BODY_UNDECODABLE' } } },
      { outcome: { cause: { code: 'TL_BODY_UNDECODABLE' } } },
    ]);
  });

  it('says which part cannot be read', async () => {
    const inbound = { ...anInbound(), raw: Buffer.from('body'), rawKey: Buffer.of(1) };

    const { outcome } = await decoded(
      withCodec(text(), throwing(new Error('too short'))),
      new Delivery(inbound, 1),
    );

    expect(outcome).toMatchObject({
      cause: {
        message: 'The key of the message (1 bytes) cannot be decoded by the codec own: too short.',
      },
    });
  });

  it.each([
    ['a service that does not answer', new ThroughlineError('TL_REGISTRY_UNAVAILABLE', 'no')],
    ['missing rights', new ThroughlineError('TL_DENIED', 'no', { errorClass: 'blocked' })],
    ['a codec that asks for a retry', new RetryLater('1s')],
    ['a codec that rejects', new Reject('never')],
  ])('throws on, for the retry policy to decide: %s', async (_, thrown) => {
    await expect(decoded(withCodec(throwing(thrown)), aDelivery({ body: 'x' }))).rejects.toBe(
      thrown,
    );
    await expect(decoded(withCodec(rejecting(thrown)), aDelivery({ body: 'x' }))).rejects.toBe(
      thrown,
    );
  });
});
