/** Something that a handler may throw and that cannot be read as an error. */
export interface HostileValue {
  readonly title: string;
  readonly make: () => unknown;
}

/** An error with an unusual property. */
const errorWith = (property: string, descriptor: PropertyDescriptor): Error =>
  Object.defineProperty(new Error('hostile'), property, { configurable: true, ...descriptor });

const throwing = (): never => {
  throw new Error('this getter throws');
};

const revokedProxy = (): unknown => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

const MEGABYTE = 1_024 * 1_024;

/** What a handler may throw. Most of these are from bug reports of other projects. */
export const hostileValues: readonly HostileValue[] = [
  { title: 'a revoked proxy', make: revokedProxy },
  {
    title: 'a proxy whose traps throw',
    make: () => new Proxy(new Error('hostile'), { get: throwing, getPrototypeOf: throwing }),
  },
  { title: 'an error whose message throws', make: () => errorWith('message', { get: throwing }) },
  {
    title: 'an error whose message is an object',
    make: () => errorWith('message', { value: { no: 'text' } }),
  },
  { title: 'an error whose stack throws', make: () => errorWith('stack', { get: throwing }) },
  { title: 'an error whose stack is a number', make: () => errorWith('stack', { value: 7 }) },
  {
    title: 'an error whose name is a symbol',
    make: () => errorWith('name', { value: Symbol('name') }),
  },
  { title: 'an error whose name throws', make: () => errorWith('name', { get: throwing }) },
  {
    title: 'an error whose cause is itself',
    make: (): Error => {
      const error = new Error('hostile');
      error.cause = error;
      return error;
    },
  },
  { title: 'an error with a message of 10 MB', make: () => new Error('x'.repeat(10 * MEGABYTE)) },
  {
    title: 'an error with escapes and line breaks',
    make: () => new Error('\u001b[31mred\u001b[0m\r\nsecond line\u2028third'),
  },
  {
    title: 'an object that cannot be written as JSON',
    make: () => ({ toJSON: throwing, toString: throwing }),
  },
  { title: 'an object without a prototype', make: () => Object.create(null) as unknown },
  { title: 'undefined', make: () => undefined },
  { title: 'a symbol', make: () => Symbol('hostile') },
  { title: 'a function', make: () => throwing },
  { title: 'a lone surrogate', make: () => '\ud800' },
];
