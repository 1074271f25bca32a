import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { memory } from '../drivers/index.js';
import { KafkaFixture, upTo } from '../kafka.fixture.js';
import { describeChangingLogs } from './changing-logs.suite.js';
import { memoryControl } from './log-control.fixture.js';
import { OpenSink } from './sink.fixture.js';

Logger.overrideLogger(false);

describe('a log that changes, in memory', () => {
  describeChangingLogs({ describe, it, beforeAll, afterAll }, () => {
    const driver = memory();
    return { driver, control: memoryControl(driver) };
  });

  it.each(['while the process runs', 'while no process runs'])(
    'continues where a log was truncated: %s',
    async (when) => {
      const driver = memory();
      const fixture = await KafkaFixture.open(driver);
      const { topic } = fixture;
      const source = fixture.connection().source({ handlers: [fixture.handler] });
      const sink = new OpenSink();
      await source.start(sink);
      await fixture.send(topic, 20);
      await sink.until('all records', () => sink.received.length === 20);
      void source.settle(
        sink.received.map((inbound) => ({ inbound, outcome: { kind: 'ack', as: 'done' } })),
      );
      if (when === 'while no process runs') await source.stop(AbortSignal.timeout(1_000));

      driver.truncate({ topic, partition: 0, offset: 10 });
      await fixture.send(topic, 15);

      const second = new OpenSink();
      const next = fixture.connection().source({ handlers: [fixture.handler] });
      if (when === 'while no process runs') await next.start(second);
      const seen = when === 'while no process runs' ? second : sink;
      const from = when === 'while no process runs' ? 0 : 20;
      await seen.until('what was written after it', () => seen.ids(from).length >= 15);
      expect(seen.ids(from)).toEqual(upTo(15).map((at) => `${topic}/0/${at + 10}`));
      await source.stop(AbortSignal.timeout(1_000));
      await next.stop(AbortSignal.timeout(1_000));
      await driver.close();
    },
  );
});
