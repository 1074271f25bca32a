import type { Agent } from 'elastic-apm-node';

/** Returns the value that replaces a property of the agent. */
export type Alter = (name: string | symbol, value: unknown) => unknown;

/**
 * Whether a value belongs to the agent. Other values, such as the results of handlers and the agent's settings, are passed on
 * unchanged.
 */
const isOfTheAgent = (value: object): boolean =>
  [
    '_instrumentation',
    'enterTrans',
    'createTransaction',
    'propagateTraceContextHeaders',
    'root',
    'captureBody',
    '_getStats',
  ].some((name) => name in value);

function altered<T>(value: T, alter: Alter): T {
  if (typeof value !== 'object' || value === null || !isOfTheAgent(value)) return value;
  return new Proxy(value, {
    has: (target, name) => alter(name, Reflect.get(target, name)) !== undefined,
    get: (target, name) => {
      const now = alter(name, Reflect.get(target, name));
      // A class must not be replaced with a function, because its other properties are needed.
      if (name === 'constructor') return now;
      if (typeof now !== 'function') return altered(now, alter);
      return (...given: unknown[]): unknown => altered(Reflect.apply(now, target, given), alter);
    },
  });
}

/** Returns the real agent with altered properties: its own, and those of its transactions and spans. */
export const alteredAgent = (agent: Agent, alter: Alter): Agent => altered(agent, alter);

export const lacking =
  (...names: readonly string[]): Alter =>
  (name, value) =>
    typeof name === 'string' && names.includes(name) ? undefined : value;

export const throwing =
  (...names: readonly string[]): Alter =>
  (name, value) =>
    typeof name === 'string' && names.includes(name)
      ? () => {
          throw new Error(`${name} failed`);
        }
      : value;
