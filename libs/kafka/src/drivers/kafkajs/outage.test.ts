import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';

import { ThroughlineError } from '#base';

import { Outage } from './outage.js';

const denied = (): ThroughlineError =>
  new ThroughlineError('TL_KAFKA_DENIED', 'not authorized', { errorClass: 'blocked' });

describe('an outage', () => {
  const down = jest.fn();
  const up = jest.fn();
  let outage: Outage;

  beforeEach(() => {
    jest.useFakeTimers();
    down.mockClear();
    up.mockClear();
    outage = new Outage({ down, up }, 2_000);
  });

  afterEach(() => {
    outage.end();
    jest.useRealTimers();
  });

  it('is told once, after no request succeeded for a while, and its end once', () => {
    outage.failed(new Error('refused'));
    outage.failed(new Error('refused again'));
    expect(down).not.toHaveBeenCalled();

    jest.advanceTimersByTime(2_000);
    outage.failed(new Error('still'));
    outage.reached();
    outage.reached();

    expect(down).toHaveBeenCalledTimes(1);
    expect(down).toHaveBeenCalledWith(new Error('refused again'));
    expect(up).toHaveBeenCalledTimes(1);
  });

  it('is none where other brokers go on answering', () => {
    for (let second = 0; second < 10; second += 1) {
      outage.failed(new Error('one of three'));
      jest.advanceTimersByTime(1_000);
      outage.reached();
    }

    expect(down).not.toHaveBeenCalled();
    expect(up).not.toHaveBeenCalled();
  });

  it('by a crash ends with work done, not with a connection', () => {
    outage.crashed(new Error('crash'));
    outage.crashed(new Error('crash again'));
    jest.advanceTimersByTime(2_000);
    outage.reached();
    expect(up).not.toHaveBeenCalled();

    outage.working();

    expect(down).toHaveBeenCalledTimes(1);
    expect(up).toHaveBeenCalledTimes(1);
  });

  it('is none where the client that gave up is at work again at once, as with a broker that has just started', () => {
    outage.crashed(new Error('the coordinator is loading'));
    outage.working();
    jest.advanceTimersByTime(10_000);

    expect(down).not.toHaveBeenCalled();
    expect(up).not.toHaveBeenCalled();
  });

  it('is told again where what was silent now says no', () => {
    outage.crashed(new Error('silent'));
    jest.advanceTimersByTime(2_000);

    outage.crashed(denied());
    outage.crashed(denied());

    expect(down.mock.calls).toEqual([[new Error('silent')], [denied()]]);
    expect(up).not.toHaveBeenCalled();
  });

  it('that a denial is the reason of does not end between two denials, where another broker answers', () => {
    for (let times = 0; times < 10; times += 1) {
      outage.crashed(denied());
      jest.advanceTimersByTime(5_000);
      outage.working();
      outage.failed(new Error('one of three'));
      jest.advanceTimersByTime(500);
    }

    expect(down).toHaveBeenCalledTimes(1);
    expect(up).not.toHaveBeenCalled();
  });

  it('that a denial is the reason of ends with work that goes on', () => {
    outage.crashed(denied());
    jest.advanceTimersByTime(2_000);

    outage.working();
    jest.advanceTimersByTime(1_000);

    expect(up).toHaveBeenCalledTimes(1);
    expect(outage.reason).toBeUndefined();
  });

  it('says nothing after the end', () => {
    outage.failed(new Error('refused'));

    outage.end();
    jest.advanceTimersByTime(10_000);
    outage.crashed(new Error('crash'));

    expect(down).not.toHaveBeenCalled();
  });
});
