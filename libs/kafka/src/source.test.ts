import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { memory } from './drivers/index.js';
import { Scene } from './redrive/scene.fixture.js';
import { OpenSink } from './sink.fixture.js';
import { describeSteering } from './steering.fixture.js';

Logger.overrideLogger(false);

describe('a group of consumers, on a Kafka in memory', () => {
  describeSteering({ describe, it, beforeAll, afterAll }, memory);

  it('cannot be looked at or moved while Kafka is away', async () => {
    const driver = memory();
    const scene = await Scene.open(driver);
    const source = scene.connection().source({ handlers: [scene.handler] });
    await source.start(new OpenSink());

    driver.goAway();

    const away = { code: 'TL_KAFKA_UNAVAILABLE' };
    await expect(source.inspect()).rejects.toMatchObject(away);
    await expect(source.seek?.(scene.topic, 'earliest')).rejects.toMatchObject(away);
    driver.comeBack();
    await driver.close();
  });
});
