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

  it('is reported once, after no request succeeded for a while, and so is its end', () => {
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

  it('is not reported while other brokers answer', () => {
    for (let second = 0; second < 10; second += 1) {
      outage.failed(new Error('one of three'));
      jest.advanceTimersByTime(1_000);
      outage.reached();
    }

    expect(down).not.toHaveBeenCalled();
    expect(up).not.toHaveBeenCalled();
  });

  it('after a crash ends when the client works, not when it connects', () => {
    outage.crashed(new Error('crash'));
    outage.crashed(new Error('crash again'));
    jest.advanceTimersByTime(2_000);
    outage.reached();
    expect(up).not.toHaveBeenCalled();

    outage.working();

    expect(down).toHaveBeenCalledTimes(1);
    expect(up).toHaveBeenCalledTimes(1);
  });

  it('is not reported if the client works again at once, as with a broker that has just started', () => {
    outage.crashed(new Error('the coordinator is loading'));
    outage.working();
    jest.advanceTimersByTime(10_000);

    expect(down).not.toHaveBeenCalled();
    expect(up).not.toHaveBeenCalled();
  });

  it('is reported again if an unavailable broker now denies', () => {
    outage.crashed(new Error('no answer'));
    jest.advanceTimersByTime(2_000);

    outage.crashed(denied());
    outage.crashed(denied());

    expect(down.mock.calls).toEqual([[new Error('no answer')], [denied()]]);
    expect(up).not.toHaveBeenCalled();
  });

  it('caused by a denial does not end if another broker answers between two denials', () => {
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

  it('caused by a denial ends when the client works for a while', () => {
    outage.crashed(denied());
    jest.advanceTimersByTime(2_000);

    outage.working();
    jest.advanceTimersByTime(1_000);

    expect(up).toHaveBeenCalledTimes(1);
    expect(outage.reason).toBeUndefined();
  });

  it('is not reported after the end', () => {
    outage.failed(new Error('refused'));

    outage.end();
    jest.advanceTimersByTime(10_000);
    outage.crashed(new Error('crash'));

    expect(down).not.toHaveBeenCalled();
  });
});
