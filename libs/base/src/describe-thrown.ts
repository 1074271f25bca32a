import { types } from 'node:util';
import { printable, printableLines } from './printable.js';

/** What is known of something that was thrown: text that can be logged as it is. */
export interface Described {
  /** The error's name, or the type of what is no error. At most 100 characters. */
  readonly name: string;
  /** One line of at most 1,000 characters. */
  readonly message: string;
  /** At most 10,000 characters; absent where there is none. */
  readonly stack: string | undefined;
}

const LONGEST_NAME = 100;
const LONGEST_MESSAGE = 1_000;
const LONGEST_STACK = 10_000;

/**
 * Describes anything that was thrown, and never throws itself. JavaScript lets one throw whatever there is: text, `undefined`, a
 * revoked proxy, an error whose message is an object or whose getters throw.
 *
 * @example
 * logger.error(describeThrown(error).message);
 */
export function describeThrown(thrown: unknown): Described {
  return (
    attempt(() => (isError(thrown) ? describeError(thrown) : describeOther(thrown))) ?? UNREADABLE
  );
}

/** The message of anything that was thrown: one line of at most 1,000 characters. */
export const reasonOf = (thrown: unknown): string => describeThrown(thrown).message;

/**
 * What was thrown, where anyone can read it; else an error that describes it, since logs, tracers and dead letters would stumble
 * over it later.
 */
export function readable(thrown: unknown): unknown {
  return attempt(() => isReadable(thrown)) === true
    ? thrown
    : new UnreadableError(describeThrown(thrown));
}

const UNREADABLE: Described = {
  name: 'unreadable',
  message: 'What was thrown cannot be read.',
  stack: undefined,
};

/** Stands for something that was thrown and that cannot be read as it is. */
class UnreadableError extends Error {
  constructor({ name, message, stack }: Described) {
    super(message);
    this.name = name;
    this.stack = stack ?? `${name}: ${message}`;
  }
}

/** Whether it is an error. Those of other realms (`node:vm`, and Jest by it) are no instances of this realm's class. */
export const isError = (thrown: unknown): thrown is Error =>
  thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]';

function describeError(error: Error): Described {
  const name = attempt(() => textOf(error.name)) ?? 'Error';
  const message = attempt(() => textOf(error.message)) ?? '';
  const stack = attempt((): unknown => error.stack);
  return {
    name: printable(name, LONGEST_NAME),
    message: printable(message === '' ? name : message, LONGEST_MESSAGE),
    stack: typeof stack === 'string' ? shortStack(stack, message) : undefined,
  };
}

/** A stack begins with the message, however long that is. */
function shortStack(stack: string, message: string): string {
  const isLong = message.length > LONGEST_MESSAGE;
  const short = isLong ? stack.replace(message, () => printable(message, LONGEST_MESSAGE)) : stack;
  return printableLines(short, LONGEST_STACK);
}

const describeOther = (thrown: unknown): Described => ({
  name: thrown === null ? 'null' : typeof thrown,
  message: printable(textOf(thrown), LONGEST_MESSAGE),
  stack: undefined,
});

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return String(value);
  const json = attempt(() => JSON.stringify(value) as string | undefined);
  return json ?? Object.prototype.toString.call(value);
}

/** `undefined` where a getter or a proxy throws. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** A proxy may answer differently each time. */
function isReadable(thrown: unknown): boolean {
  if (typeof thrown === 'string') return thrown.length <= LONGEST_MESSAGE;
  if (types.isProxy(thrown)) return false;
  if (!isError(thrown)) return true;
  const { name, message, stack }: { name: unknown; message: unknown; stack?: unknown } = thrown;
  return (
    typeof name === 'string' &&
    typeof message === 'string' &&
    message.length <= LONGEST_STACK &&
    (stack === undefined || typeof stack === 'string')
  );
}
