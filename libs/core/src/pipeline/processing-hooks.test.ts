import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { setImmediate as turn } from 'node:timers/promises';
import { settledTexts, testSource } from '../transport.fixture.js';
import { anInbound } from './inbound-message.fixture.js';
import { boundHandler, testPipeline } from './pipeline.fixture.js';
import { ProcessingHooks } from './processing-hooks.js';

describe('A pipeline with processing hooks of Nest', () => {
  const calls: string[] = [];
  const settled: string[] = [];
  let settling: Promise<void> | undefined;
  let hooks: ProcessingHooks;
  const source = testSource({
    features: { retry: 'source' },
    settle: (entries) => {
      settled.push(...settledTexts(entries));
      return settling;
    },
  });

  beforeEach(() => {
    Logger.overrideLogger(false);
    calls.length = 0;
    settled.length = 0;
    settling = undefined;
    hooks = new ProcessingHooks(Symbol('test'));
    hooks.onStart((_, delivery, done) => {
      calls.push(`start ${delivery.attempt}`);
      return done();
    });
    hooks.onEnd((_, delivery) => {
      calls.push(`end ${delivery.attempt}`);
    });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('starts before the handler, and ends once its outcome is settled', async () => {
    const gate = Promise.withResolvers<undefined>();
    settling = gate.promise;
    const runner = testPipeline([boundHandler('One', {}, () => void calls.push('handler'))], {
      source,
      hooks,
    });

    runner.take([anInbound()]);
    await turn();
    expect(calls).toEqual(['start 1', 'handler']);
    gate.resolve(undefined);
    await turn();

    expect(calls).toEqual(['start 1', 'handler', 'end 1']);
  });

  it('ends a run that failed and waits in its lane, and starts the next', async () => {
    jest.useFakeTimers();
    let runs = 0;
    const failsOnce = (): void => {
      runs += 1;
      if (runs === 1) throw new Error('no stock');
    };
    const lane = testSource();
    const runner = testPipeline([boundHandler('One', {}, failsOnce)], { source: lane, hooks });

    runner.take([anInbound({ lane: 'a' })]);
    await jest.advanceTimersByTimeAsync(2_000);

    expect(calls).toEqual(['start 1', 'end 1', 'start 2', 'end 2']);
  });

  it('starts and ends once for a batch', async () => {
    const batch = { size: 3, within: '1ms' } as const;
    const runner = testPipeline([boundHandler('One', { batch })], { source, hooks });

    runner.take(['a', 'b', 'c'].map((id) => anInbound({ id })));
    await turn();
    await turn();

    expect(calls).toEqual(['start 1', 'end 1']);
  });

  it('loses no message where a hook throws', async () => {
    hooks.onStart(() => {
      throw new Error('a broken hook');
    });
    hooks.onEnd(() => Promise.reject(new Error('another')));
    const runner = testPipeline([boundHandler('One')], { source, hooks });

    runner.take([anInbound({ id: 'm' })]);
    await turn();

    expect(settled).toEqual(['m retry']);
  });
});
