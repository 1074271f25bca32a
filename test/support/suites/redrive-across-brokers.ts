import type { Message, MessageAttributeValue, SendMessageCommandInput } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { headersFrom, valuesOf, withoutHeader, type HeaderValue } from '#base';
import type { Headers } from 'throughline/transport';
import type { KafkaRecord } from 'throughline/kafka';
import { RedriveFixture, DEAD_LETTER } from './redrive-fixture.js';
import type { OpenTestBrokers, TestBrokers } from '../brokers/test-brokers.js';

export type AnyRecord = Pick<KafkaRecord, 'key' | 'value' | 'headers'>;
export type Sent = Partial<SendMessageCommandInput>;

const record = (some: Partial<AnyRecord> = {}): AnyRecord => ({
  key: Buffer.from('order-7'),
  value: Buffer.from('{"id":7}'),
  headers: headersFrom([]),
  ...some,
});

const headers = (...entries: readonly (readonly [string, HeaderValue])[]): Headers =>
  headersFrom(entries.map(([name, value]) => [name, Buffer.from(value)] as const));

/** Records that SQS cannot store unchanged, and records that it can. */
export const RECORDS: Readonly<Record<string, AnyRecord>> = {
  plain: record({ headers: headers(['tenant', 'a']) }),
  'eleven headers': record({
    headers: headers(
      ...Array.from({ length: 11 }, (_, at) => [`header-${at}`, `value ${at}`] as const),
    ),
  }),
  'an empty header': record({ headers: headers(['empty', '']) }),
  'a repeated header': record({ headers: headers(['hop', '1'], ['hop', '2'], ['hop', '1']) }),
  'odd names': record({ headers: headers(['with space', 'x'], ['ünï', 'y'], ['AWS.x', 'z']) }),
  'names of JavaScript’s own': record({
    headers: headers(['__proto__', 'x'], ['constructor', 'y'], ['toString', 'z']),
  }),
  'the marker’s name': record({ headers: headers(['throughline-packed', '{"v":9}']) }),
  'control characters': record({ value: Buffer.from('a\u0000b\u001b[31m\ufffe') }),
  'an empty body': record({ value: Buffer.alloc(0) }),
  'a tombstone': record({ value: null }),
  'a body that is not UTF-8': record({ value: Buffer.from([0x22, 0xff, 0xc0, 0x22]) }),
  'a body with emoji': record({ value: Buffer.from('{"mood":"🦉"}') }),
  'a key that is not UTF-8': record({ key: Buffer.from([0, 255, 128]) }),
  'a key that is no group’s name': record({ key: Buffer.from('Zoë’s order, the 7th') }),
  'no key': record({ key: null }),
  'bytes in headers': record({ headers: headers(['bytes', Buffer.from([0, 128, 255])]) }),
};

const hex = (value: HeaderValue): string => Buffer.from(value).toString('hex');

export const sorted = <T>(all: readonly T[]): readonly T[] =>
  all.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** Byte for byte, without the dead-letter header. */
export const plainRecord = ({ key, value, headers }: AnyRecord): unknown => ({
  key: key && hex(key),
  value: value && hex(value),
  headers: sorted(
    Object.entries(withoutHeader(headers, 'dead-letter')).map(([name, all]) => [
      name,
      valuesOf(all).map(hex),
    ]),
  ),
});

const text = (StringValue: string, DataType = 'String'): MessageAttributeValue => ({
  DataType,
  StringValue,
});
const bytes = (value: string, DataType = 'Binary'): MessageAttributeValue => ({
  DataType,
  BinaryValue: Buffer.from(value, 'hex'),
});

/** Messages that Kafka cannot store unchanged, and messages that it can. */
export const MESSAGES: Readonly<Record<string, Sent>> = {
  plain: { MessageBody: '{"id":7}', MessageAttributes: { tenant: text('a') } },
  'no attributes': { MessageBody: 'no json,\ttabs and\r\nlines' },
  types: {
    MessageBody: '{}',
    MessageAttributes: {
      count: text('7', 'Number'),
      whole: text('7', 'Number.int'),
      kind: text('ünïcödé', 'String.kind'),
      bytes: bytes('0080ff'),
      image: bytes('89504e47', 'Binary.png'),
      readable: bytes(Buffer.from('text in bytes').toString('hex')),
    },
  },
  'ten attributes': {
    MessageBody: '{"ten":10}',
    MessageAttributes: Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [`attribute-${at}`, text(String(at), 'Number')]),
    ),
  },
  'the marker’s name': {
    MessageBody: '{"marker":1}',
    MessageAttributes: { 'throughline-packed': text('{"v":9}') },
  },
};

type Received = Pick<Message, 'MessageAttributes' | 'Attributes'> & {
  readonly Body?: string | undefined;
};

export const plainMessage = ({ Body, MessageAttributes = {}, Attributes }: Received): unknown => ({
  body: Body,
  group: Attributes?.MessageGroupId,
  attributes: sorted(
    Object.entries(MessageAttributes)
      .filter(([name]) => name !== 'dead-letter')
      .map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        DataType,
        StringValue ?? hex(BinaryValue ?? ''),
      ]),
  ),
});

export const asReceived = ({ MessageBody, MessageAttributes, MessageGroupId }: Sent): Received => ({
  Body: MessageBody,
  ...(MessageAttributes && { MessageAttributes }),
  ...(MessageGroupId !== undefined && { Attributes: { MessageGroupId } }),
});

/** Dead letters on another broker, or on their own, return as the original messages. */
export function describeRedriveAcrossBrokers(open: OpenTestBrokers): void {
  jest.setTimeout(120_000);
  let testBrokers: TestBrokers;
  let fixture: RedriveFixture;
  beforeAll(async () => {
    testBrokers = await open();
    fixture = await RedriveFixture.open(testBrokers);
  });
  afterAll(async () => {
    await fixture.close();
    await testBrokers.close();
  });

  it.each(['queue', 'queue.fifo', 'topic'] as const)(
    'brings every shape of a record back from a %s, byte for byte and with its cause',
    async (storedIn) => {
      const records = Object.values(RECORDS);

      const { back, progress } = await fixture.records(records, storedIn);

      const count = records.length;
      expect(progress).toEqual({ seen: count, moved: count, left: 0 });
      expect(sorted(back.map(plainRecord))).toEqual(sorted(records.map(plainRecord)));
      for (const { headers } of back) {
        expect(Buffer.from(String(headers['dead-letter'])).toString()).toBe(DEAD_LETTER);
      }
    },
  );

  it.each(['topic', 'queue'] as const)(
    'brings every shape of an SQS message back from a %s, with the types of its attributes',
    async (storedIn) => {
      const messages = Object.values(MESSAGES);

      const { back, progress } = await fixture.messages(messages, storedIn);

      const count = messages.length;
      expect(progress).toEqual({ seen: count, moved: count, left: 0 });
      expect(sorted(back.map(plainMessage))).toEqual(
        sorted(messages.map(asReceived).map(plainMessage)),
      );
    },
  );

  it('brings a FIFO queue’s messages back from a topic in their groups', async () => {
    const messages = Object.values(MESSAGES).map((message, at) => ({
      ...message,
      MessageGroupId: `group-${at % 3}`,
      MessageDeduplicationId: `message-${at}`,
    }));

    const { back } = await fixture.messages(messages, 'topic', '.fifo');

    expect(sorted(back.map(plainMessage))).toEqual(
      sorted(messages.map(asReceived).map(plainMessage)),
    );
  });

  it('stores what is too large for a queue compressed, and brings it back as it was', async () => {
    const large = record({
      value: Buffer.alloc(900_000, '{"id":7}'),
      headers: headers(['large', Buffer.alloc(50_000, 'x')]),
    });

    const { back } = await fixture.records([large], 'queue');

    expect(back.map(plainRecord)).toEqual([plainRecord(large)]);
  });

  it('leaves what a filter says no to, and shows it the message as it was', async () => {
    const records = ['a', 'b', 'c'].map((tenant) =>
      record({ value: Buffer.from([255]), headers: headers(['tenant', tenant], ['empty', '']) }),
    );

    const { back, progress } = await fixture.records(records, 'queue', {
      wants: ({ raw, rawKey, headers }) =>
        raw?.[0] === 255 &&
        Buffer.from(rawKey ?? '').equals(Buffer.from('order-7')) &&
        String(headers.tenant) !== 'b',
    });

    expect(progress).toEqual({ seen: 3, moved: 2, left: 1 });
    expect(back.map(({ headers }) => String(headers.tenant)).sort()).toEqual(['a', 'c']);
  });
}
