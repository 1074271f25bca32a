import { describe, expect, it } from '@jest/globals';
import { DEAD_LETTER_HEADER, ThroughlineError, type Arrival, type Headers } from 'throughline';
import { KafkaArrival } from './arrival.js';
import { buryIn } from './burial.js';
import type { OutgoingRecord } from './driver.js';
import { Partition } from './partition.js';
import { Sender } from './sender.js';

const arrivalWith = (headers: Headers): Arrival => {
  const record = {
    offset: 7,
    key: Buffer.from([0, 255]),
    value: Buffer.from('{}'),
    headers,
    timestamp: 0,
  };
  const partition = Partition.takenOver({ topic: 't', partition: 0 }, 't', undefined);
  return new KafkaArrival(record, partition, 0, 'key', 'order-service');
};

const tooLarge = (): ThroughlineError =>
  new ThroughlineError('TL_KAFKA_MESSAGE_TOO_LARGE', 'too large', { errorClass: 'refused' });

/** A sender to a Kafka that refuses what carries one of these notes. */
function refusing(notes: readonly string[]): {
  readonly taken: OutgoingRecord[];
  readonly sender: Sender;
} {
  const taken: OutgoingRecord[] = [];
  const send = async (record: OutgoingRecord): Promise<typeof position> => {
    const note = record.headers[DEAD_LETTER_HEADER];
    if (typeof note === 'string' && notes.includes(note)) throw tooLarge();
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

describe('a burial', () => {
  const notes = ['in full', 'in short'];

  it.each([
    ['the first note', [], { [DEAD_LETTER_HEADER]: 'in full' }],
    ['the second where the first has no room', ['in full'], { [DEAD_LETTER_HEADER]: 'in short' }],
    ['none where neither has', notes, {}],
  ])('keeps key, value and headers, and adds %s', async (_, refused, added) => {
    const { taken, sender } = refusing(refused);

    await buryIn('t.dlq', { arrival: arrivalWith({ own: 'x' }), to: 't.dlq', notes }, sender);

    expect(taken).toEqual([
      {
        topic: 't.dlq',
        key: Buffer.from([0, 255]),
        value: Buffer.from('{}'),
        headers: { own: 'x', ...added },
      },
    ]);
  });

  it('replaces the note of an earlier burial, and leaves none that is no longer true', async () => {
    const arrival = arrivalWith({ own: 'x', [DEAD_LETTER_HEADER]: Buffer.from('the last one') });
    const [all, none] = [refusing([]), refusing(notes)];

    await buryIn('t.dlq', { arrival, to: 't.dlq', notes }, all.sender);
    await buryIn('t.dlq', { arrival, to: 't.dlq', notes }, none.sender);

    expect(all.taken[0]?.headers).toEqual({ own: 'x', [DEAD_LETTER_HEADER]: 'in full' });
    expect(none.taken[0]?.headers).toEqual({ own: 'x' });
  });
});
