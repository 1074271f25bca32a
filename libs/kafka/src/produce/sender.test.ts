import { describe, expect, it } from '@jest/globals';
import { headersFrom, type Headers } from '#base';
import { topic } from '../channel.js';
import { z } from 'zod';
import type { KafkaProducer, OutgoingRecord } from '../driver.js';
import { Sender } from './sender.js';

function senderInto(requests: (readonly OutgoingRecord[])[]): Sender {
  const producer: KafkaProducer = {
    send: (records) => {
      requests.push(records);
      return Promise.allSettled(
        records.map(({ topic }, offset) => Promise.resolve({ topic, partition: 0, offset })),
      );
    },
    close: () => Promise.resolve(),
  };
  return new Sender(producer, (call) => call());
}

const record = (value: string, headers: Headers = {}): OutgoingRecord => ({
  topic: 't',
  key: null,
  value,
  headers,
});

class Unreadable extends Uint8Array {
  override get byteLength(): number {
    throw new TypeError('no length');
  }
}

describe('the Kafka sender', () => {
  it('sends concurrent records in one request, and returns the position of each', async () => {
    const requests: (readonly OutgoingRecord[])[] = [];
    const sender = senderInto(requests);

    const receipts = await Promise.all([
      sender.write(record('a'), 1_000),
      sender.write(record('b'), 1_000),
    ]);

    expect(requests.map((records) => records.map(({ value }) => value))).toEqual([['a', 'b']]);
    expect(receipts.map(({ id }) => id)).toEqual(['t/0/0', 't/0/1']);
  });

  it.each([
    ['values', record('x'.repeat(20_000))],
    ['values of more bytes than characters', record('\u20ac'.repeat(7_000))],
    ['headers', record('x', { own: 'x'.repeat(20_000) })],
    ['headers of bytes, several of a name', record('x', { own: [Buffer.alloc(20_000), ''] })],
  ])('stays below the limit of a broker for one request, with large %s', async (_, large) => {
    const requests: (readonly OutgoingRecord[])[] = [];
    const sender = senderInto(requests);

    await Promise.all(Array.from({ length: 100 }, () => sender.write(large, 1_000)));

    expect(requests.flat()).toHaveLength(100);
    expect(Math.max(...requests.map(({ length }) => length * 20_000))).toBeLessThan(1_000_000);
    expect(requests).toHaveLength(3);
  });

  const notText = (part: unknown): string => part as string;

  it.each<[string, Partial<OutgoingRecord>]>([
    ['a key that is a number', { key: notText(5) }],
    ['a key that is undefined', { key: notText(undefined) }],
    ['a value that is an object', { value: notText({}) }],
    ['a header that is a number', { headers: { own: notText(5) } }],
    ['a header that is a boolean', { headers: { own: notText(true) } }],
    ['a header that is a date', { headers: { own: notText(new Date()) } }],
    ['a header that is an object', { headers: { own: notText({}) } }],
    ['a header whose second value is a number', { headers: { own: ['x', notText(5)] } }],
    [
      'a header that throws',
      {
        headers: {
          get own(): string {
            throw new Error('x');
          },
        },
      },
    ],
    ['headers that cannot be read', revoked()],
    ['bytes whose length cannot be read', { value: new Unreadable(1) }],
    ['a partition that is not whole', { partition: 0.5 }],
    ['a partition below zero', { partition: -1 }],
    ['a partition that is text', { partition: Number('x') }],
  ])('rejects only the record with %s, and sends the others', async (_, wrong) => {
    const requests: (readonly OutgoingRecord[])[] = [];
    const sender = senderInto(requests);

    const [before, refused, after] = await Promise.allSettled([
      sender.write(record('before'), 1_000),
      sender.write({ ...record('wrong'), ...wrong }, 1_000),
      sender.write(record('after'), 1_000),
    ]);

    expect(refused).toMatchObject({
      status: 'rejected',
      reason: { code: 'TL_KAFKA_RECORD_INVALID' },
    });
    expect([before, after].map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(requests.flat().map(({ value }) => value)).toEqual(['before', 'after']);
  });

  it('adds the trace context to headers of any name, and keeps what the user has set', async () => {
    const requests: (readonly OutgoingRecord[])[] = [];
    const sender = senderInto(requests);
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const headers = headersFrom([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['tracestate', 'mine=1'],
    ]);

    await sender.send('t', {
      channel: topic('t', { schema: z.unknown() }),
      body: '{}',
      key: null,
      headers,
      timeout: 1_000,
      traceparent,
      tracestate: 'es=s:1',
    });

    const sent = requests[0]?.[0]?.headers ?? {};
    expect(Object.getPrototypeOf(sent)).toBeNull();
    expect(Object.entries(sent)).toEqual([
      ['traceparent', traceparent],
      ['tracestate', 'mine=1'],
      ['elasticapmtraceparent', expect.any(Uint8Array)],
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
  });
});

function revoked(): Partial<OutgoingRecord> {
  const { proxy, revoke } = Proxy.revocable<Headers>({}, {});
  revoke();
  return { headers: proxy };
}
