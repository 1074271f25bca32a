import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { describeThrown, readable } from './describe-thrown.js';

const throwing = (): never => {
  throw new Error('this getter throws');
};

const errorWith = (property: string, descriptor: PropertyDescriptor): Error =>
  Object.defineProperty(new Error('hostile'), property, { configurable: true, ...descriptor });

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('describeThrown', () => {
  it.each([
    ['a revoked proxy', revoked(), { name: 'unreadable', message: /cannot be read/ }],
    [
      'an error whose message is an object',
      errorWith('message', { value: { no: 'text' } }),
      { name: 'Error', message: /^{"no":"text"}$/ },
    ],
    [
      'an error whose message throws',
      errorWith('message', { get: throwing }),
      { name: 'Error', message: /^Error$/ },
    ],
    [
      'an error whose name is a symbol',
      errorWith('name', { value: Symbol('n') }),
      { name: 'Symbol(n)', message: /^hostile$/ },
    ],
    ['a symbol', Symbol('s'), { name: 'symbol', message: /^Symbol\(s\)$/ }],
    ['nothing', undefined, { name: 'undefined', message: /^undefined$/ }],
  ])('describes %s', (_, thrown, { name, message }) => {
    const described = describeThrown(thrown);

    expect(described.name).toBe(name);
    expect(described.message).toMatch(message);
  });

  it('says what a stack is where it can be read, and nothing where it cannot', () => {
    expect(describeThrown(new Error('no stock')).stack).toMatch(/^Error: no stock\n/);
    expect(describeThrown(errorWith('stack', { get: throwing })).stack).toBeUndefined();
    expect(describeThrown(errorWith('stack', { value: 7 })).stack).toBeUndefined();
  });

  it('cuts a message of 10 MB, also in the stack that begins with it', () => {
    const { message, stack = '' } = describeThrown(new Error('x'.repeat(10_000_000)));

    expect(message.length).toBeLessThan(1_100);
    expect(stack.length).toBeLessThan(11_000);
    expect(stack).toContain('    at ');
  });

  it('knows an error of another context by what it says of itself', () => {
    const foreign: object = Object.create(null, {
      [Symbol.toStringTag]: { value: 'Error' },
      name: { value: 'RangeError' },
      message: { value: 'from elsewhere' },
    }) as object;

    expect(describeThrown(foreign)).toMatchObject({
      name: 'RangeError',
      message: 'from elsewhere',
    });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withNullPrototype: true }), (thrown) => {
        const { name, message } = describeThrown(thrown);
        expect([typeof name, typeof message]).toEqual(['string', 'string']);
      }),
      { numRuns: 1_000, seed: 14 },
    );
  });
});

describe('readable', () => {
  it('leaves alone what anyone can read', () => {
    for (const thrown of [new TypeError('no stock'), 'text', undefined, null, { code: 7 }]) {
      expect(readable(thrown)).toBe(thrown);
    }
  });

  it.each([
    ['a revoked proxy', revoked()],
    ['a proxy', new Proxy(new Error('hostile'), {})],
    ['an error whose message throws', errorWith('message', { get: throwing })],
    ['an error whose stack is a number', errorWith('stack', { value: 7 })],
    ['an error with a message of 10 MB', new Error('x'.repeat(10_000_000))],
  ])('puts an error that describes it in the place of %s', (_, thrown) => {
    const replaced = readable(thrown);

    expect(replaced).not.toBe(thrown);
    expect(replaced).toBeInstanceOf(Error);
    const { name, message, stack } = replaced as Error;
    expect([typeof name, typeof message, typeof stack]).toEqual(['string', 'string', 'string']);
    expect(message.length).toBeLessThan(1_100);
  });
});
