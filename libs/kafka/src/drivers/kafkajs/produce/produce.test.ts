import { describe, expect, it } from '@jest/globals';
import type { Message, Producer } from 'kafkajs';
import { BROKER_ERRORS, brokerError, codeOf } from '../../../errors/broker-errors.js';
import { MissingTopics } from '../../outages/missing-topics.js';
import { loadKafkaJs } from '../internals/load.js';
import { Outgoing } from './outgoing-record.js';
import { produce, type Produced } from './produce.js';

/** A broker that answers each partition with one of these codes. */
const answering = (codes: readonly number[]): Pick<Producer, 'sendBatch'> => ({
  sendBatch: ({ topicMessages = [] }) =>
    Promise.resolve(
      topicMessages.flatMap(({ topic }) =>
        codes.map((errorCode, partition) => ({
          topicName: topic,
          partition,
          errorCode,
          baseOffset: '100',
        })),
      ),
    ),
});

const sentTo = (...partitions: readonly number[]): readonly Outgoing[] =>
  partitions.map((partition, index) => {
    const record = { topic: 'orders', key: null, value: `${index}`, headers: {}, partition };
    const outgoing = new Outgoing(record, index, Infinity);
    outgoing.choose(partition);
    return outgoing;
  });

const send = (
  codes: readonly number[],
  records: readonly Outgoing[],
  attempt = 1,
  missing = new MissingTopics(),
): Promise<Produced> =>
  produce(
    {
      producer: answering(codes) as Producer,
      compression: loadKafkaJs().CompressionTypes.None,
      missing,
    },
    records,
    attempt,
  );

const valuesOf = (records: readonly Message[]): readonly string[] =>
  records.map(({ value }) => String(value));

const rejections = ({ answered }: Produced): readonly unknown[] =>
  answered.flatMap(({ records, answerOf }) =>
    records.flatMap((_, at) => {
      const answer = answerOf(at);
      return answer.status === 'rejected' ? [answer.reason as unknown] : [];
    }),
  );

const ofClass = (errorClass: string): typeof BROKER_ERRORS =>
  BROKER_ERRORS.filter((one) => one.errorClass === errorClass);

describe('the answer of a broker to a produce request', () => {
  it.each(ofClass('unavailable'))('is retried: $code $name', async ({ code }) => {
    const { answered, again, trouble } = await send([code], sentTo(0, 0));

    expect(answered).toEqual([]);
    expect(again.map(valuesOf)).toEqual([['0', '1']]);
    expect(trouble).toBeInstanceOf(Error);
  });

  it.each([...ofClass('blocked'), ...ofClass('notOurs'), brokerError(999)])(
    'rejects the records of its partition at once, and no others: $code $name',
    async (answer) => {
      const produced = await send([answer.code, 0], sentTo(0, 1));

      expect(produced.again).toEqual([]);
      expect(rejections(produced)).toEqual([
        expect.objectContaining({ code: codeOf(answer), errorClass: answer.errorClass }),
      ]);
      expect(produced.answered.map(({ records }) => valuesOf(records))).toEqual([['0'], ['1']]);
    },
  );

  it.each(ofClass('refused'))(
    'has the records of its partition sent separately, until the refused one is found: $code $name',
    async (answer) => {
      const several = await send([answer.code], sentTo(0, 0, 0));
      const alone = await send([answer.code], sentTo(0));

      expect(several).toMatchObject({ answered: [] });
      expect(several.again.map(valuesOf)).toEqual([['0', '1'], ['2']]);
      expect(rejections(alone)).toEqual([
        expect.objectContaining({ code: codeOf(answer), errorClass: 'refused' }),
      ]);
    },
  );

  it('is an outage if a topic is missing, until it has been missing for 30 s', async () => {
    let now = 0;
    const missing = new MissingTopics(() => now);

    const first = await send([3], sentTo(0), 1, missing);
    const last = await send([3], sentTo(0), 4, missing);
    now = 30_000;
    const blocked = await send([3], sentTo(0), 1, missing);

    expect(first.again).toHaveLength(1);
    expect([...rejections(last), ...rejections(blocked)]).toEqual([
      expect.objectContaining({ code: 'TL_KAFKA_TOPIC_MISSING', errorClass: 'unavailable' }),
      expect.objectContaining({ code: 'TL_KAFKA_TOPIC_MISSING', errorClass: 'blocked' }),
    ]);
  });

  it('refuses the record if its partition does not exist, after retries in case it is new', async () => {
    const first = await send([0], sentTo(7));
    const last = await send([0], sentTo(7), 4);

    expect(first.again).toHaveLength(1);
    expect(rejections(last)).toEqual([
      expect.objectContaining({ code: 'TL_KAFKA_TOPIC_MISSING', errorClass: 'refused' }),
    ]);
  });
});
