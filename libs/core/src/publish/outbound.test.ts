import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { topic } from 'throughline/kafka';
import { ThroughlineError } from '#base';
import { text, type AnyChannel, type Codec, type CodecContext } from 'throughline/transport';
import { contentsOf, type Contents } from './outbound.js';

const connection = { destination: () => ({ system: 'kafka', destination: 'prod-orders' }) };

const encoded = async (channel: AnyChannel, payload: unknown, key?: unknown): Promise<Contents> =>
  contentsOf({ channel, connection }, payload, key);

const codecOf = (encode: Codec['encode']): Codec => ({ name: 'own', encode, decode: () => 1 });

const withCodec = (codec: Codec): AnyChannel => topic('orders', { schema: z.unknown(), codec });

describe('the body and the key of a message', () => {
  it('are written by the codecs, which know the name of the topic at the broker', async () => {
    const asked: CodecContext[] = [];
    const codec = codecOf((_, context) => {
      asked.push(context);
      return Promise.resolve(Buffer.of(1));
    });
    const channel = topic('orders', {
      schema: z.unknown(),
      codec,
      key: () => 5,
      keyCodec: codec,
    });

    const contents = await encoded(channel, { id: 'a' });

    expect(contents).toEqual({ body: Buffer.of(1), key: Buffer.of(1) });
    expect(asked).toEqual([
      { destination: 'prod-orders', part: 'key' },
      { destination: 'prod-orders', part: 'body' },
    ]);
  });

  it('are JSON and text where only the other part has a codec', async () => {
    const schema = z.unknown();
    const body = topic('orders', { schema, key: () => 'k', codec: codecOf(() => 'own') });
    const key = topic('orders', { schema, key: () => 'k', keyCodec: codecOf(() => 'own') });

    expect(await encoded(body, { id: 'a' })).toEqual({ body: 'own', key: 'k' });
    expect(await encoded(key, { id: 'a' })).toEqual({ body: '{"id":"a"}', key: 'own' });
  });

  it('leave a tombstone without a body, whatever the codec', async () => {
    const schema = z.string();
    const channel = topic('orders', { schema, codec: text(), keyCodec: text(), tombstones: true });

    expect(await encoded(channel, null, 'k')).toEqual({ body: null, key: 'k' });
    await expect(encoded(channel, null)).rejects.toMatchObject({ code: 'TL_KEY_MISSING' });
  });

  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const thrown: readonly (readonly [string, unknown])[] = [
    ['an error', new Error('no schema')],
    ['a revoked proxy', revoked.proxy],
    ['nothing', undefined],
  ];
  it.each(thrown)('are refused with a code if a codec throws %s', async (_, error) => {
    const now = codecOf(() => {
      throw error;
    });
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a codec may reject with anything
    const later = codecOf(() => Promise.reject(error));

    await expect(encoded(withCodec(now), 1)).rejects.toMatchObject({ code: 'TL_MESSAGE_INVALID' });
    await expect(encoded(withCodec(later), 1)).rejects.toMatchObject({
      code: 'TL_MESSAGE_INVALID',
    });
  });

  it('are refused if a codec returns neither text nor bytes', async () => {
    const five: unknown = 5;
    const wrong = codecOf(() => five as string);

    await expect(encoded(withCodec(wrong), 1)).rejects.toThrow(
      'The body of a message to "orders" cannot be encoded by the codec own: The codec returned',
    );
  });

  it('are not refused, but wait, if a service of the codec does not answer', async () => {
    const error = new ThroughlineError('TL_REGISTRY_UNAVAILABLE', 'It does not answer.');

    await expect(encoded(withCodec(codecOf(() => Promise.reject(error))), 1)).rejects.toBe(error);
  });
});
