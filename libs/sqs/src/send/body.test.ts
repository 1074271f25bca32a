import { describe, expect, it } from '@jest/globals';
import { bytes, publishedBody, text, type AnyChannel, type Outbound } from 'throughline/transport';
import { z } from 'zod';
import { queue } from '../channel.js';
import { bodyOf } from './body.js';

const plain = queue('orders', { schema: z.unknown() });
const words = queue('words', { schema: z.string(), codec: text() });
const files = queue('files', { schema: z.instanceof(Uint8Array), codec: bytes() });

const outbound = (channel: AnyChannel, body: string | Uint8Array): Outbound => ({
  channel,
  body,
  key: null,
  headers: { source: 'test' },
  timeout: 1_000,
});

/** What a handler's codec gets of this body. */
function arrived(message: Outbound): Buffer {
  const { body, headers } = bodyOf(message);
  return Buffer.from(publishedBody(Buffer.from(body), headers));
}

describe('the body of an SQS message', () => {
  it('is JSON with the two characters escaped that SQS refuses', () => {
    const { body, headers } = bodyOf(outbound(plain, '"\ufffe\uffff"'));

    expect(body).toBe(String.raw`"\ufffe\uffff"`);
    expect(JSON.parse(body)).toBe('\ufffe\uffff');
    expect(headers).toEqual({ source: 'test' });
  });

  it('is readable if it is text', () => {
    expect(bodyOf(outbound(words, 'ünïcödé')).body).toBe('ünïcödé');
    expect(bodyOf(outbound(files, Buffer.from('ünïcödé'))).body).toBe('ünïcödé');
  });

  it.each([
    ['an empty text', words, ''],
    ['text that SQS refuses', words, '\u0000 \uffff'],
    ['no bytes', files, new Uint8Array()],
    ['bytes that are not text', files, Uint8Array.of(0xff, 0x00)],
    ['a byte order mark and more', files, Buffer.from('\ufeff{}')],
  ])('comes back byte for byte: %s', (_, channel, body) => {
    expect(arrived(outbound(channel, body))).toEqual(Buffer.from(body));
  });

  it('is never empty, because SQS refuses that', () => {
    expect(bodyOf(outbound(words, '')).body).not.toBe('');
  });
});
