import { describe, expect, it } from '@jest/globals';
import type { Headers } from 'throughline';
import type { KafkaProducer, OutgoingRecord } from './driver.js';
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

describe('the sender to Kafka', () => {
  it('sends what comes together in one request, and tells each where it is', async () => {
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
    ['values of more bytes than letters', record('\u20ac'.repeat(7_000))],
    ['headers', record('x', { own: 'x'.repeat(20_000) })],
    ['headers of bytes, several of a name', record('x', { own: [Buffer.alloc(20_000), ''] })],
  ])('stays below what a broker takes in one request, with large %s', async (_, large) => {
    const requests: (readonly OutgoingRecord[])[] = [];
    const sender = senderInto(requests);

    await Promise.all(Array.from({ length: 100 }, () => sender.write(large, 1_000)));

    expect(requests.flat()).toHaveLength(100);
    expect(Math.max(...requests.map(({ length }) => length * 20_000))).toBeLessThan(1_000_000);
    expect(requests).toHaveLength(3);
  });
});
