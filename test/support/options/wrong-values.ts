/** Values that plain JavaScript and environment variables may pass, by what the option expects. */
const strange: readonly unknown[] = [
  null,
  {},
  [],
  () => 1,
  Symbol('s'),
  1n,
  new Date(0),
  Promise.resolve('1s'),
];

const without = (...ofTypes: readonly string[]): readonly unknown[] =>
  strange.filter((value) => !ofTypes.includes(Array.isArray(value) ? 'array' : typeof value));

const PROMISE: unknown = Promise.resolve({});

export const NOT = {
  duration: [5, 0, NaN, true, '', '5', '-1s', '1 s', '1d', ...strange],
  /** Limits that `Infinity` turns off. */
  count: [0, -1, 1.5, NaN, true, '', '5', ...strange],
  /** Integers of 1 or more. */
  integer: [0, -1, 1.5, NaN, Infinity, true, '', '5', ...strange],
  /** Integers of 0 or more. */
  position: [-1, 1.5, NaN, Infinity, true, '', '5', ...strange],
  port: [-1, 1.5, NaN, 65_536, true, '', '80', ...strange],
  positive: [0, -1, NaN, Infinity, true, '', '5', ...strange],
  text: [5, NaN, true, '', '\ud800', ...strange],
  /** A text that may be empty or absent as `null`. */
  key: [5, NaN, true, '\ud800', ...strange.filter((value) => value !== null)],
  flag: [0, 1, NaN, '', 'true', 'no', ...strange],
  fn: [5, NaN, true, '', 'x', ...without('function')],
  choice: [5, NaN, true, '', 'other', ...strange],
  object: [5, NaN, true, '', 'x', PROMISE, ...without('object')],
  /** An object with methods. */
  instance: [5, NaN, true, '', 'x', ...strange],
  list: [5, NaN, true, '', 'x', ...without('array')],
  /** A list with something that does not belong there. */
  texts: [5, NaN, true, '', 'x', [5], [''], [null], [undefined], ...without('array')],
  /** What is passed instead of an object with options. */
  options: [5, NaN, true, '', 'x', null, [], () => 1, Symbol('s')],
} as const satisfies Readonly<Record<string, readonly unknown[]>>;
