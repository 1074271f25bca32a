import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { ThroughlineError } from '#base';
import { ThroughlineHealth } from 'throughline';
import { KafkaConnection } from '../connection.js';
import { aContext } from '../context.fixture.js';
import type { ConsumerListener, KafkaDriver } from '../driver.js';
import { memory } from '../drivers/index.js';
import { KafkaFixture } from '../kafka.fixture.js';
import { OpenSink } from './sink.fixture.js';
import { describeKafkaSource } from './source.suite.js';

Logger.overrideLogger(false);

describe('a consumer group, in memory', () => {
  describeKafkaSource({ describe, it, beforeAll, afterAll }, memory);

  it('cannot be inspected or moved while Kafka is unavailable', async () => {
    const driver = memory();
    const fixture = await KafkaFixture.open(driver);
    const source = fixture.connection().source({ handlers: [fixture.handler] });
    await source.start(new OpenSink());

    driver.makeUnavailable();

    const unavailable = { code: 'TL_KAFKA_UNAVAILABLE' };
    await expect(source.inspect()).rejects.toMatchObject(unavailable);
    await expect(source.seek?.(fixture.topic, 'earliest')).rejects.toMatchObject(unavailable);
    driver.makeAvailable();
    await driver.close();
  });

  it('names what is denied when it is inspected, and is reported to health after 30 s', async () => {
    const driver = memory();
    const fixture = await KafkaFixture.open(driver);
    let listener: ConsumerListener | undefined;
    const health = new ThroughlineHealth();
    const denying: KafkaDriver = {
      ...driver,
      consumer: (options, its) => driver.consumer(options, (listener = its)),
    };
    const context = { ...aContext('orders'), health };
    const source = new KafkaConnection(denying, {}, context).source({
      handlers: [fixture.handler],
    });
    await source.start(new OpenSink());
    jest.useFakeTimers();

    listener?.down(
      new ThroughlineError('TL_KAFKA_DENIED', 'Not authorized', { errorClass: 'blocked' }),
    );
    jest.advanceTimersByTime(30_000);
    jest.useRealTimers();

    await expect(source.inspect()).rejects.toMatchObject({
      code: 'TL_KAFKA_DENIED',
      errorClass: 'blocked',
    });
    expect(health.troubles).toMatchObject([{ who: `consumer group "${fixture.group}"` }]);
    await source.stop(AbortSignal.timeout(1_000));
    expect(health.isHealthy).toBe(true);
    await driver.close();
  });
});
