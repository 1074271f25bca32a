import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { produceWithJava } from '#brokers';
import { ConsumerRecorder } from 'throughline/conformance';
import type { KafkaDriver } from '../../driver.js';
import { kafkaJs, platformatic } from '../index.js';
import type { CodecName } from './codecs.js';
import { without } from './without-codec.fixture.js';
import { batchOfLibrdkafka, CODEC_NAMES, librdkafkaTexts } from './other-clients.fixture.js';
import { StoredLog } from './stored-log.fixture.js';

Logger.overrideLogger(false);
jest.setTimeout(180_000);

const DRIVERS = { kafkaJs, platformatic };
const DRIVER_NAMES = ['kafkaJs', 'platformatic'] as const;
type DriverName = (typeof DRIVER_NAMES)[number];

const WRITERS = [...DRIVER_NAMES, 'java', 'librdkafka'] as const;
const CASES = WRITERS.flatMap((writer) => CODEC_NAMES.map((codec) => ({ writer, codec })));
const topicOf = ({ writer, codec }: (typeof CASES)[number]): string => `${writer}-${codec}`;

const textsOf = (writer: string): readonly string[] =>
  Array.from({ length: 50 }, (_, index) => `${writer} ${index} ${'text '.repeat(20)}`);

let log: StoredLog;
const open: KafkaDriver[] = [];

function driverOf(name: DriverName): KafkaDriver {
  const driver = DRIVERS[name]({ brokers: [log.broker.address], clientId: 'compression' });
  open.push(driver);
  return driver;
}

beforeAll(async () => {
  log = await StoredLog.open();
  const topics = CASES.map((one) => ({ name: topicOf(one), partitions: 1 }));
  await driverOf('kafkaJs').create(topics);
});

afterAll(async () => {
  await Promise.all(open.map((driver) => driver.close()));
  await log.close();
});

async function write(
  driver: KafkaDriver,
  topic: string,
  texts: readonly string[],
  compression: CodecName | 'none' = 'none',
): Promise<void> {
  const producer = driver.producer({ compression });
  const answers = await producer.send(
    texts.map((value) => ({ topic, key: null, value, headers: {}, partition: 0 })),
  );
  await producer.close();
  expect(answers.filter(({ status }) => status === 'rejected')).toEqual([]);
}

async function started(
  driver: KafkaDriver,
  group: string,
  topics: readonly string[],
): Promise<ConsumerRecorder> {
  const recorder = new ConsumerRecorder();
  const consumer = driver.consumer(
    {
      group,
      topics,
      from: 'earliest',
      sessionTimeout: 30_000,
      heartbeatInterval: 500,
      maxWait: 100,
      maxBytesPerPartition: 131_072,
    },
    recorder,
  );
  await consumer.start();
  return recorder;
}

const textsIn = ({ seen }: ConsumerRecorder, from: string): readonly string[] =>
  seen
    .filter(({ topic }) => topic === from)
    .map(({ value }) => Buffer.from(value ?? '').toString());

describe('records', () => {
  it.each(DRIVER_NAMES)('are written by %s with the codec that is chosen', async (name) => {
    const driver = driverOf(name);

    for (const codec of CODEC_NAMES) {
      await write(driver, topicOf({ writer: name, codec }), textsOf(name), codec);
    }

    for (const codec of CODEC_NAMES) {
      expect(new Set(await log.codecs(topicOf({ writer: name, codec })))).toEqual(new Set([codec]));
    }
  });

  it('are written by other clients in all codecs', async () => {
    for (const codec of CODEC_NAMES) {
      const topic = topicOf({ writer: 'librdkafka', codec });
      await log.append(topic, batchOfLibrdkafka(codec));
      expect(await log.codecs(topic)).toEqual([codec]);
    }
    await Promise.all(
      CODEC_NAMES.map(async (codec) => {
        const topic = topicOf({ writer: 'java', codec });
        await produceWithJava(log.broker, topic, codec, textsOf('java'));
        expect(new Set(await log.codecs(topic))).toEqual(new Set([codec]));
      }),
    );
  });

  it.each(DRIVER_NAMES)('are all read by %s', async (name) => {
    const recorder = await started(driverOf(name), `all-${name}`, CASES.map(topicOf));

    await recorder.until('all records', () => recorder.seen.length >= 3 * 4 * 50 + 4 * 20, 30_000);

    for (const one of CASES) {
      const texts = one.writer === 'librdkafka' ? librdkafkaTexts : textsOf(one.writer);
      expect({ ...one, texts: textsIn(recorder, topicOf(one)) }).toEqual({ ...one, texts });
    }
    expect(recorder.failedTopics).toEqual(new Map());
  });
});

describe.each(DRIVER_NAMES)('a batch that cannot be read, through %s,', (name) => {
  const names = (what: string): { readonly bad: string; readonly good: string } => ({
    bad: `${what}-bad-${name}`,
    good: `${what}-good-${name}`,
  });

  async function written(what: string): Promise<{
    readonly driver: KafkaDriver;
    readonly bad: string;
    readonly good: string;
  }> {
    const driver = driverOf(name);
    const { bad, good } = names(what);
    await driver.create([bad, good].map((topic) => ({ name: topic, partitions: 1 })));
    await write(driver, bad, ['bad 1'], 'snappy');
    await write(driver, good, ['good 1']);
    return { driver, bad, good };
  }

  it('because its codec is missing, stops its topic only, until the codec is there', async () => {
    const { driver, bad, good } = await written('missing');
    const giveBack = await without(name, 'snappy');

    const recorder = await started(driver, bad, [bad, good]);
    await recorder.until('it is reported', () => recorder.failedTopics.has(bad));
    await write(driver, good, ['good 2']);
    await recorder.until('the other topic', () => recorder.texts.includes('good 2'));
    const reported = recorder.failedTopics.get(bad);
    const whileMissing = recorder.texts;
    giveBack();
    await recorder.until('its record', () => recorder.texts.includes('bad 1'), 30_000);
    await recorder.until('it has recovered', () => recorder.failedTopics.size === 0, 30_000);

    expect(reported).toMatchObject({ code: 'TL_KAFKA_CODEC_MISSING', errorClass: 'blocked' });
    expect(reported?.message).toContain('snappy');
    expect(reported?.message).toMatch(/npm install (snappy|@platformatic\/kafka)/);
    expect(whileMissing).toEqual(['good 1', 'good 2']);
    expect(recorder.troubles).toEqual([]);
    expect(recorder.losses).toEqual([]);
    expect(recorder.assignments).toHaveLength(1);
  });

  it('because it is broken, stops its topic only', async () => {
    const { driver, bad, good } = await written('broken');
    const mend = await log.breakFirstBatch(bad);

    const recorder = await started(driver, bad, [bad, good]);
    await recorder.until('it is reported', () => recorder.failedTopics.has(bad));
    await write(driver, good, ['good 2']);
    await recorder.until('the other topic', () => recorder.texts.includes('good 2'));
    const reported = recorder.failedTopics.get(bad);
    const whileBroken = recorder.texts;
    await mend();
    await recorder.until('its record', () => recorder.texts.includes('bad 1'), 30_000);

    expect(reported).toMatchObject({ code: 'TL_KAFKA_RECORDS_UNREADABLE', errorClass: 'blocked' });
    expect(reported?.message).toContain('The batch at offset 0 cannot be read');
    expect(whileBroken).toEqual(['good 1', 'good 2']);
    expect(recorder.troubles).toEqual([]);
    expect(recorder.assignments).toHaveLength(1);
  });

  it('is reported and costs no rebalance if its topic is the only one', async () => {
    const { driver, bad } = await written('alone');
    const mend = await log.breakFirstBatch(bad);

    const recorder = await started(driver, bad, [bad]);
    await recorder.until('it is reported', () => recorder.failedTopics.has(bad));
    await mend();
    await recorder.until('its record', () => recorder.texts.includes('bad 1'), 30_000);

    expect(recorder.troubles).toEqual([]);
    expect(recorder.assignments).toHaveLength(1);
  });
});
