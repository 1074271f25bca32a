import { describe, expect, it } from '@jest/globals';
import { Meter } from './meter.js';

const isDone = (meter: Meter): Promise<boolean> =>
  Promise.race([meter.done.then(() => true), Promise.resolve().then(() => false)]);

describe('Meter', () => {
  it('runs from the first message to the last', async () => {
    const meter = new Meter({ messages: 3, warmUp: 0 });

    meter.count();
    meter.count();
    expect(await isDone(meter)).toBe(false);
    meter.count();

    expect(await isDone(meter)).toBe(true);
    const { begunAt, endedAt, cpuMicros, handled } = meter.read();
    expect(handled).toBe(3);
    expect(endedAt).toBeGreaterThanOrEqual(begunAt);
    expect(cpuMicros).toBeGreaterThanOrEqual(0);
  });

  it('leaves out what warms it up', async () => {
    const meter = new Meter({ messages: 1, warmUp: 2 });

    meter.count();
    expect(meter.isWarm).toBe(false);
    meter.count();
    expect(meter.isWarm).toBe(true);
    expect(await isDone(meter)).toBe(false);
    meter.count();

    expect(meter.read().handled).toBe(1);
  });

  it('counts on after the last message, so that too many are seen', () => {
    const meter = new Meter({ messages: 1, warmUp: 0 });

    meter.count();
    meter.count();

    expect(meter.read().handled).toBe(2);
  });

  it('ends on request, at the time of the last message', async () => {
    const meter = new Meter({ messages: 'unknown', warmUp: 0 });

    meter.count();
    const before = performance.timeOrigin + performance.now();
    expect(await isDone(meter)).toBe(false);
    meter.end();

    expect(await isDone(meter)).toBe(true);
    expect(meter.read().endedAt).toBeLessThanOrEqual(before);
  });

  it('gives no figure where nothing was handled', () => {
    const meter = new Meter({ messages: 1, warmUp: 0 });

    expect(() => meter.read()).toThrow('0 messages were handled');
  });
});
