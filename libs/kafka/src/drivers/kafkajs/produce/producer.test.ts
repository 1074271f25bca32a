import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { Message, Producer } from 'kafkajs';
import type { OutgoingRecord } from '../../../driver.js';
import { errorOfCode } from '../internals/load.js';
import { kafkaJs } from '../kafkajs.js';
import { loadKafkaJs } from '../internals/load.js';
import { Outgoing } from './outgoing-record.js';

Logger.overrideLogger(false);

type Batch = Parameters<Producer['sendBatch']>[0];

const messagesOf = ({ topicMessages = [] }: Batch): readonly Message[] =>
  topicMessages.flatMap(({ messages }) => messages);
const topicsOf = ({ topicMessages = [] }: Batch): readonly string[] =>
  topicMessages.map(({ topic }) => topic);
const isBad = ({ value }: Message): boolean => String(value) === 'bad';

/** A kafkajs that writes everything to partition 0, unless `refuse` returns an error for a request. */
function aKafkaJs(
  refuse: (batch: Batch) => Error | undefined,
  codeOf: (batch: Batch) => number = () => 0,
): Batch[] {
  const requests: Batch[] = [];
  let offset = 0;
  const producer: Partial<Producer> = {
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    sendBatch: (batch) => {
      requests.push(batch);
      const error = refuse(batch);
      if (error !== undefined) return Promise.reject(error);
      const errorCode = codeOf(batch);
      for (const message of messagesOf(batch)) if (message instanceof Outgoing) message.choose(0);
      const answers = topicsOf(batch).map((topicName) => ({
        topicName,
        partition: 0,
        errorCode,
        baseOffset: String(offset),
      }));
      if (errorCode === 0) offset += messagesOf(batch).length;
      return Promise.resolve(answers);
    },
  };
  jest.spyOn(loadKafkaJs().Kafka.prototype, 'producer').mockReturnValue(producer as Producer);
  return requests;
}

const record = (value: string, topic = 'orders'): OutgoingRecord => ({
  topic,
  key: null,
  value,
  headers: {},
});

async function outcomesOf(records: readonly OutgoingRecord[]): Promise<readonly unknown[]> {
  const driver = kafkaJs({ brokers: ['localhost:1'], sendTimeout: 5_000 });
  const answers = await driver.producer().send(records);
  await driver.close();
  return answers.map((answer) => {
    if (answer.status === 'fulfilled') return 'written';
    const { code, errorClass } = answer.reason as { code: string; errorClass: string };
    return `${code} ${errorClass}`;
  });
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('a record that kafkajs sends', () => {
  it('fails alone if kafkajs throws for it', async () => {
    aKafkaJs((batch) => (messagesOf(batch).some(isBad) ? new TypeError('of kafkajs') : undefined));

    expect(await outcomesOf(['a', 'b', 'bad', 'c'].map((value) => record(value)))).toEqual([
      'written',
      'written',
      'TL_KAFKA_UNAVAILABLE unavailable',
      'written',
    ]);
  });

  it('fails alone if the broker refuses it, without the others of its partition', async () => {
    aKafkaJs(
      () => undefined,
      (batch) => (messagesOf(batch).some(isBad) ? 87 : 0),
    );

    expect(await outcomesOf(['a', 'b', 'bad', 'c'].map((value) => record(value)))).toEqual([
      'written',
      'written',
      'TL_KAFKA_RECORD_REFUSED refused',
      'written',
    ]);
  });

  it('is rejected at once if its topic is denied, without those of other topics', async () => {
    const requests = aKafkaJs((batch) =>
      topicsOf(batch).includes('denied') ? errorOfCode(29) : undefined,
    );

    const outcomes = await outcomesOf([record('a', 'denied'), record('b'), record('c', 'denied')]);

    const denied = 'TL_KAFKA_DENIED blocked';
    expect(outcomes).toEqual([denied, 'written', denied]);
    expect(requests.map(topicsOf)).toEqual([['denied', 'orders'], ['denied'], ['orders']]);
  });

  it('is retried if its topic is missing, which may be new', async () => {
    let isMissing = true;
    const requests = aKafkaJs(() => {
      const error = isMissing ? errorOfCode(3) : undefined;
      isMissing = false;
      return error;
    });

    expect(await outcomesOf([record('a')])).toEqual(['written']);
    expect(requests).toHaveLength(2);
  });

  it('fails with an outage if its topic stays missing', async () => {
    aKafkaJs(() => errorOfCode(3));

    expect(await outcomesOf([record('a')])).toEqual(['TL_KAFKA_TOPIC_MISSING unavailable']);
  });

  it.each([
    ['none', {}, 0],
    ['gzip', { compression: 'gzip' } as const, 1],
  ])('is compressed as configured: %s', async (_, options, expected) => {
    const requests = aKafkaJs(() => undefined);
    const driver = kafkaJs({ brokers: ['localhost:1'] });

    await driver.producer(options).send([record('a')]);

    expect(requests.map(({ compression }) => compression)).toEqual([expected]);
    await driver.close();
  });
});
