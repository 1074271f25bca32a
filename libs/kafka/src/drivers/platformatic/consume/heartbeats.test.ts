import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { HeartbeatAnswer } from './group-member.js';
import { Heartbeats } from './heartbeats.js';

describe('heartbeats', () => {
  let answers: (HeartbeatAnswer | Error | 'never')[];
  let sent: number;
  let ends: string[];
  let moved: number;
  let heartbeats: Heartbeats;

  beforeEach(() => {
    jest.useFakeTimers();
    answers = [];
    ends = [];
    sent = 0;
    moved = 0;
    heartbeats = new Heartbeats(
      {
        interval: 1_000,
        sessionTimeout: 6_000,
        send: () => {
          sent += 1;
          const answer = answers.shift() ?? 'ok';
          if (answer === 'never') return new Promise(() => undefined);
          return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
        },
        onMoved: () => (moved += 1),
        onEnd: (end) => ends.push(end),
      },
      performance.now(),
    );
  });

  afterEach(() => {
    heartbeats.stop();
    expect(jest.getTimerCount()).toBe(0);
    jest.useRealTimers();
  });

  it('keep the session', async () => {
    await jest.advanceTimersByTimeAsync(60_500);

    expect(sent).toBe(60);
    expect(ends).toEqual([]);
    expect(heartbeats.isExpired).toBe(false);
  });

  it('end the session at its timeout if the broker is silent', async () => {
    answers = ['ok', 'never'];
    await jest.advanceTimersByTimeAsync(6_900);
    expect(ends).toEqual([]);

    await jest.advanceTimersByTimeAsync(200);
    expect(ends).toEqual(['expelled']);
    expect(heartbeats.isExpired).toBe(true);
  });

  it('end the session at its timeout if the broker cannot be reached, and look for the coordinator until then', async () => {
    answers = Array.from({ length: 100 }, () => new Error('Connection refused'));
    await jest.advanceTimersByTimeAsync(5_900);
    expect(ends).toEqual([]);
    expect(moved).toBeGreaterThan(15);

    await jest.advanceTimersByTimeAsync(200);
    expect(ends).toEqual(['expelled']);
  });

  it('end it by the clock before a timer can fire', () => {
    jest.setSystemTime(Date.now() + 100_000); // does not matter
    heartbeats.checkNow();
    expect(ends).toEqual([]);

    const now = performance.now();
    const spy = jest.spyOn(performance, 'now').mockReturnValue(now + 6_001);
    heartbeats.checkNow();
    spy.mockRestore();
    expect(ends).toEqual(['expelled']);
  });

  it('go on during a rebalance', async () => {
    answers = Array.from({ length: 20 }, () => 'rebalance' as const);
    await jest.advanceTimersByTimeAsync(10_500);

    expect(new Set(ends)).toEqual(new Set(['rebalance']));
    expect(sent).toBe(10);
  });

  it.each(['expelled', 'fenced'] as const)('stop once the member is %s', async (answer) => {
    answers = [answer];
    await jest.advanceTimersByTimeAsync(20_000);

    expect(ends).toEqual([answer]);
    expect(sent).toBe(1);
  });
});
