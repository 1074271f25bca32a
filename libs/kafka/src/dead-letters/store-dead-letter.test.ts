import { describe, expect, it } from '@jest/globals';
import { DEAD_LETTER_HEADER, type InboundMessage } from 'throughline/transport';
import { headersFrom, ThroughlineError, type Headers } from '#base';
import { KafkaInbound } from '../consume/partitions/inbound-message.js';
import { storeDeadLetter } from './store-dead-letter.js';
import type { OutgoingRecord } from '../driver.js';
import { aPartition } from '../consume/partitions/partition.fixture.js';
import { Sender } from '../produce/sender.js';

const inboundWith = (headers: Headers): InboundMessage => {
  const record = {
    offset: 7,
    key: Buffer.from([0, 255]),
    value: Buffer.from('{}'),
    headers,
    timestamp: 0,
    leaderEpoch: 0,
  };
  return new KafkaInbound(record, aPartition(), 0, 'key', 'order-service');
};

const tooLarge = new ThroughlineError('TL_KAFKA_MESSAGE_TOO_LARGE', 'It is too large.');

/** A sender to a Kafka that refuses records with one of these cause headers. */
function refusing(
  causes: readonly string[],
  refusal: Error = tooLarge,
): {
  readonly taken: OutgoingRecord[];
  readonly sender: Sender;
} {
  const taken: OutgoingRecord[] = [];
  const send = async (record: OutgoingRecord): Promise<typeof position> => {
    const cause = record.headers[DEAD_LETTER_HEADER];
    if (typeof cause === 'string' && causes.includes(cause)) throw refusal;
    const { topic, key, value, headers } = record;
    taken.push({ topic, key, value, headers });
    return Promise.resolve(position);
  };
  const position = { topic: 't', partition: 0, offset: 0 };
  const producer = {
    send: (records: readonly OutgoingRecord[]) => Promise.allSettled(records.map(send)),
    close: () => Promise.resolve(),
  };
  return { taken, sender: new Sender(producer, (call) => call()) };
}

describe('storing a dead letter', () => {
  const causes = ['in full', 'in short'];

  it.each([
    ['the first cause header', [], { [DEAD_LETTER_HEADER]: 'in full' }],
    ['the second if the first does not fit', ['in full'], { [DEAD_LETTER_HEADER]: 'in short' }],
    ['none if neither fits', causes, {}],
  ])('keeps key, value and headers, and adds %s', async (_, refused, added) => {
    const { taken, sender } = refusing(refused);

    await storeDeadLetter(
      't.dlq',
      { inbound: inboundWith({ own: 'x' }), to: 't.dlq', causes },
      sender,
    );

    expect(taken).toEqual([
      {
        topic: 't.dlq',
        key: Buffer.from([0, 255]),
        value: Buffer.from('{}'),
        headers: { own: 'x', ...added },
      },
    ]);
  });

  it('replaces the cause header of an earlier failure, or removes it', async () => {
    const inbound = inboundWith({ own: 'x', [DEAD_LETTER_HEADER]: Buffer.from('the last one') });
    const [all, none] = [refusing([]), refusing(causes)];

    await storeDeadLetter('t.dlq', { inbound, to: 't.dlq', causes }, all.sender);
    await storeDeadLetter('t.dlq', { inbound, to: 't.dlq', causes }, none.sender);

    expect(all.taken[0]?.headers).toEqual({ own: 'x', [DEAD_LETTER_HEADER]: 'in full' });
    expect(none.taken[0]?.headers).toEqual({ own: 'x' });
  });

  it.each([
    new ThroughlineError('TL_KAFKA_UNAVAILABLE', 'It does not respond.'),
    new ThroughlineError('TL_KAFKA_TOPIC_MISSING', 'There is no such topic.'),
    new ThroughlineError('TL_KAFKA_DENIED', 'Not allowed.', { errorClass: 'blocked' }),
    new Error('an unknown socket'),
  ])('never drops the cause for an error that is not about the record: %s', async (refusal) => {
    const { taken, sender } = refusing(['in full'], refusal);

    const stored = storeDeadLetter(
      't.dlq',
      { inbound: inboundWith({}), to: 't.dlq', causes },
      sender,
    );

    await expect(stored).rejects.toMatchObject({ code: expect.stringMatching(/^TL_KAFKA_/) });
    expect(taken).toEqual([]);
  });

  it('rejects as refused if Kafka does not accept the record without a cause header either', async () => {
    const sender = new Sender(
      {
        send: (records) => Promise.allSettled(records.map(() => Promise.reject(tooLarge))),
        close: () => Promise.resolve(),
      },
      (call) => call(),
    );

    const stored = storeDeadLetter(
      't.dlq',
      { inbound: inboundWith({}), to: 't.dlq', causes },
      sender,
    );

    await expect(stored).rejects.toMatchObject({ errorClass: 'refused' });
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'keeps a header named %s, and adds no inherited ones',
    async (name) => {
      const { taken, sender } = refusing([]);
      const headers = headersFrom([
        [name, Buffer.from('sent')],
        ['own', 'x'],
      ]);

      await storeDeadLetter(
        't.dlq',
        { inbound: inboundWith(headers), to: 't.dlq', causes },
        sender,
      );

      expect(Object.entries(taken[0]?.headers ?? {})).toEqual([
        [name, Buffer.from('sent')],
        ['own', 'x'],
        [DEAD_LETTER_HEADER, 'in full'],
      ]);
    },
  );
});
