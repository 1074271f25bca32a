import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { headersFrom, type HeaderValue } from '#base';
import { RedriveFixture, type DeadLetterStore } from '../support/suites/redrive-fixture.js';
import {
  asReceived,
  plainMessage,
  plainRecord,
  sorted,
  type AnyRecord,
  type Sent,
} from '../support/suites/redrive-across-brokers.js';
import { embeddedBrokers, type TestBrokers } from '../support/brokers/test-brokers.js';

const SEED = 14;
const COUNT = 60;

const utf8 = (text: fc.Arbitrary<string>): fc.Arbitrary<Uint8Array> =>
  text.map((one) => Buffer.from(one));
const bytes = (maxLength: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', '\u0000', '\u001b[31m', '\ufffe', '🦉', '(empty)'),
);
const name = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'throughline-packed', 'traceparent'),
);
const value: fc.Arbitrary<HeaderValue> = fc.oneof(utf8(anyText), bytes(40));

const anyRecord: fc.Arbitrary<AnyRecord> = fc.record({
  key: fc.option(fc.oneof(utf8(anyText), bytes(20)), { nil: null }),
  value: fc.option(fc.oneof(utf8(fc.json()), utf8(anyText), bytes(500)), { nil: null }),
  headers: fc.array(fc.tuple(name, value), { maxLength: 14 }).map((all) => headersFrom(all)),
});

/** Bodies that SQS and the embedded server accept. Not all of them accept emoji. */
const legal = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => !/[^\t\n\r -\ud7ff\ue000-\ufffd]/.test(text));
const typed = (kind: string): fc.Arbitrary<string> => fc.constantFrom(kind, `${kind}.custom`);
const anyMessage: fc.Arbitrary<Sent> = fc.record({
  MessageBody: legal,
  MessageAttributes: fc.dictionary(
    fc.oneof(fc.stringMatching(/^[a-z][a-z0-9_-]{0,20}$/), fc.constantFrom('throughline-packed')),
    fc.oneof(
      fc.record({ DataType: typed('String'), StringValue: legal }),
      fc.record({ DataType: typed('Number'), StringValue: fc.integer().map(String) }),
      fc.record({
        DataType: typed('Binary'),
        BinaryValue: fc.uint8Array({ minLength: 1, maxLength: 40 }).map((all) => Buffer.from(all)),
      }),
    ),
    { maxKeys: 10, noNullPrototype: true },
  ),
});

jest.setTimeout(120_000);

describe('Any dead letter', () => {
  let testBrokers: TestBrokers;
  let fixture: RedriveFixture;
  beforeAll(async () => {
    testBrokers = await embeddedBrokers();
    fixture = await RedriveFixture.open(testBrokers);
  });
  afterAll(async () => {
    await fixture.close();
    await testBrokers.close();
  });

  it.each<DeadLetterStore>(['queue', 'queue.fifo', 'topic'])(
    'returns from a %s as the original record',
    async (storedIn) => {
      const records = fc.sample(anyRecord, { seed: SEED, numRuns: COUNT });

      const { back } = await fixture.records(records, storedIn);

      expect(sorted(back.map(plainRecord))).toEqual(sorted(records.map(plainRecord)));
    },
  );

  it.each<DeadLetterStore>(['topic', 'queue'])(
    'returns from a %s as the original SQS message',
    async (storedIn) => {
      const messages = fc.sample(anyMessage, { seed: SEED, numRuns: COUNT });

      const { back } = await fixture.messages(messages, storedIn);

      expect(sorted(back.map(plainMessage))).toEqual(
        sorted(messages.map(asReceived).map(plainMessage)),
      );
    },
  );
});
