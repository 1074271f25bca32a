import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';

import { kafkaUsers, startKafka, type Broker } from '#brokers';
import { ConsumerRecorder } from 'throughline/conformance';
import { Acls } from '../../errors/acls.fixture.js';
import type { KafkaConsumer, KafkaDriver } from '../../driver.js';
import { platformatic } from './platformatic.js';

Logger.overrideLogger(false);
jest.setTimeout(120_000);

const { username, password } = kafkaUsers.app;

describe('the platformatic driver on a broker that demands a login', () => {
  let broker: Broker;
  let acls: Acls;
  let driver: KafkaDriver;

  beforeAll(async () => {
    broker = await startKafka({ authorizer: true });
    acls = new Acls({ brokers: [broker.address], sasl: kafkaUsers.admin }, username);
    await acls.allowAll();
    driver = withPassword(password);
  });

  afterAll(async () => {
    await driver.close();
    await broker.stop();
  });

  const withPassword = (own: string): KafkaDriver =>
    platformatic({
      brokers: [broker.address],
      sasl: { mechanism: 'PLAIN', username, password: own },
    });

  const consumerOf = (
    one: KafkaDriver,
    topics: readonly string[],
    recorder = new ConsumerRecorder(),
  ): KafkaConsumer =>
    one.consumer(
      {
        group: `g-${topics.join('-')}`,
        topics,
        from: 'earliest',
        sessionTimeout: 10_000,
        heartbeatInterval: 500,
        maxWait: 200,
        maxBytesPerPartition: 100_000,
      },
      recorder,
    );

  it('fails the start with a code if the password is wrong', async () => {
    const wrong = withPassword('not the password');
    const denied = { code: 'TL_KAFKA_DENIED', errorClass: 'blocked' };

    await expect(wrong.describe(['any'])).rejects.toMatchObject(denied);
    await expect(consumerOf(wrong, ['any']).start()).rejects.toMatchObject(denied);
    const producer = wrong.producer();
    const [answer] = await producer.send([{ topic: 'any', key: null, value: 'x', headers: {} }]);
    expect(answer).toMatchObject({ status: 'rejected', reason: denied });
    expect(JSON.stringify(answer)).not.toContain('not the password');
    await wrong.close();
  });

  it('fails one topic of two if it is denied, until it is allowed again', async () => {
    const topics = ['secured-a', 'secured-b'];
    await driver.create(topics.map((name) => ({ name, partitions: 1 })));
    const recorder = new ConsumerRecorder();
    const consumer = consumerOf(driver, topics, recorder);
    await consumer.start();
    const producer = driver.producer();
    const send = async (): Promise<void> => {
      await producer.send(topics.map((topic) => ({ topic, key: null, value: topic, headers: {} })));
    };
    await send();
    await recorder.until('both', () => recorder.seen.length === 2);

    await acls.take('READ', 'secured-a');
    await send();
    await recorder.until('the failure', () => recorder.failedTopics.has('secured-a'));
    await recorder.until(
      'the other',
      () => recorder.texts.filter((one) => one === 'secured-b').length === 2,
    );
    expect(recorder.failedTopics.get('secured-a')).toMatchObject({
      code: 'TL_KAFKA_DENIED',
      errorClass: 'blocked',
    });

    await acls.giveBack('READ', 'secured-a');
    await recorder.until('recovery', () => recorder.failedTopics.size === 0);
    const ofFirst = (): number => recorder.texts.filter((one) => one === 'secured-a').length;
    await recorder.until('the rest', () => ofFirst() >= 2);
    expect(recorder.troubles).toEqual([]);
    await consumer.stop();
    expect(recorder.violations).toEqual([]);
  });
});
