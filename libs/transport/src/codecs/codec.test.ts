import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { queue } from 'throughline/sqs';
import { topic } from 'throughline/kafka';
import { bytes, json, text, type Codec, type CodecContext } from './codec.js';
import { BODY_ENCODING, publishedBody } from './body-encoding.js';

const BODY: CodecContext = { destination: 'orders', part: 'body' };

describe('json()', () => {
  it('reads what it writes, with a byte order mark as well', () => {
    const encoded = json().encode({ item: 'Gerät' });

    expect(encoded).toBe('{"item":"Gerät"}');
    expect(json().decode(Buffer.from('{"item":"Gerät"}'))).toEqual({ item: 'Gerät' });
    expect(json().decode(Buffer.from('\ufeff[1]'))).toEqual([1]);
  });

  it.each([undefined, Symbol('s'), (): number => 1])('does not write %p', (value) => {
    expect(() => json().encode(value)).toThrow(/cannot be converted to JSON/);
  });

  it('is the default, so a channel keeps no codec for it', () => {
    const schema = z.object({ id: z.string() });

    expect(topic('orders', { schema, codec: json() })).not.toHaveProperty('codec');
    expect(queue('orders', { schema, codec: json() })).not.toHaveProperty('codec');
  });
});

describe('text()', () => {
  it.each(['', 'ünïcödé', '\ufeffwith a mark', '\u0000\uffff'])('keeps %p as it is', (value) => {
    expect(text().encode(value, BODY)).toBe(value);
    expect(text().decode(Buffer.from(value), BODY)).toBe(value);
  });

  it('refuses what UTF-8 cannot hold', () => {
    expect(() => text().encode('\ud800', BODY)).toThrow('The text contains a lone surrogate.');
    expect(() => text().decode(Uint8Array.of(0xff), BODY)).toThrow(
      'The bytes are not valid UTF-8.',
    );
  });
});

describe('bytes()', () => {
  it('copies what it reads, so that a handler cannot change the message', () => {
    const raw = Uint8Array.of(0, 255);

    const payload = bytes().decode(raw, BODY);
    if (payload instanceof Uint8Array) payload[0] = 9;

    expect(payload).toEqual(Buffer.of(9, 255));
    expect([...raw]).toEqual([0, 255]);
  });
});

describe('a channel', () => {
  const codec: Codec = { name: 'own', encode: () => '', decode: () => 1 };

  it('has the codec that it is given', () => {
    const schema = z.object({ id: z.string() });

    expect(topic('orders', { schema, codec, keyCodec: codec })).toMatchObject({
      codec,
      keyCodec: codec,
    });
    expect(queue('orders', { schema, codec })).toMatchObject({ codec });
  });
});

describe('the published body', () => {
  const raw = Buffer.from(Buffer.of(0, 254).toString('base64'));

  it.each([
    ['text', 'base64'],
    ['bytes, as Kafka returns headers', Buffer.from('base64')],
  ])('is decoded if its header says so: %s', (_, encoding) => {
    expect(publishedBody(raw, { [BODY_ENCODING]: encoding })).toEqual(Buffer.of(0, 254));
  });

  it('is the body itself otherwise', () => {
    expect(publishedBody(raw, {})).toBe(raw);
    expect(publishedBody(raw, { [BODY_ENCODING]: 'another' })).toBe(raw);
  });
});
