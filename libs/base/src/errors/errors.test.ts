import { describe, expect, it } from '@jest/globals';
import { isUnavailable, reasonOf, ThroughlineError } from './errors.js';

describe('reasonOf', () => {
  const circle: Record<string, unknown> = {};
  circle.itself = circle;

  it.each([
    [new Error('no stock'), 'no stock'],
    [new TypeError(), 'TypeError'],
    ['a string', 'a string'],
    [{ code: 7 }, '{"code":7}'],
    [undefined, 'undefined'],
    [null, 'null'],
    [42n, '42'],
    [Symbol('s'), 'Symbol(s)'],
    [circle, '[object Object]'],
  ])('tells what was thrown, whatever it is: %p', (thrown, reason) => {
    expect(reasonOf(thrown)).toBe(reason);
  });
});

describe('isUnavailable', () => {
  it('knows an outage by its code', () => {
    expect(isUnavailable(new ThroughlineError('TL_KAFKA_UNAVAILABLE', 'away'))).toBe(true);
    expect(isUnavailable(new ThroughlineError('TL_KAFKA_DENIED', 'no'))).toBe(false);
    expect(isUnavailable(new Error('TL_KAFKA_UNAVAILABLE'))).toBe(false);
  });
});
