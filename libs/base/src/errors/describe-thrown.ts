import { types } from 'node:util';
import { printable, printableLines } from './printable.js';

/** A thrown value as text that is safe to log. */
export interface Described {
  /** The name of a thrown error, or the type of another thrown value. At most 100 characters. */
  readonly name: string;
  /** The message of the thrown value: one line of at most 1,000 characters. */
  readonly message: string;
  /** The stack of the thrown value: at most 10,000 characters. Absent if the value has no stack. */
  readonly stack: string | undefined;
}

const LONGEST_NAME = 100;
const LONGEST_MESSAGE = 1_000;
const LONGEST_STACK = 10_000;

/**
 * Describes any thrown value, and never throws. JavaScript code may throw anything: a string, `undefined`, a revoked proxy, an
 * error whose message is an object or whose getters throw.
 *
 * @example
 * logger.error(describeThrown(error).message);
 */
export function describeThrown(thrown: unknown): Described {
  return (
    attempt(() => (isError(thrown) ? describeError(thrown) : describeOther(thrown))) ?? UNREADABLE
  );
}

/** Returns the message of any thrown value: one line of at most 1,000 characters. */
export const reasonOf = (thrown: unknown): string => describeThrown(thrown).message;

/** Returns the message of any thrown value with a full stop at its end, for texts in which another sentence follows. */
export const sentenceOf = (thrown: unknown): string => withFullStop(reasonOf(thrown));

/** Adds a full stop to a text, unless the text ends with a full stop, an exclamation mark or a question mark. */
export const withFullStop = (text: string): string => text.replace(/(?<![.!?])$/, '.');

/**
 * Returns the thrown value if it is safe to read. Otherwise, returns an error that describes the value, because logs, tracers and
 * dead letters could fail when they read the value itself.
 */
export function readable(thrown: unknown): unknown {
  return attempt(() => isReadable(thrown)) === true
    ? thrown
    : new UnreadableError(describeThrown(thrown));
}

const UNREADABLE: Described = {
  name: 'unreadable',
  message: 'The thrown value cannot be read.',
  stack: undefined,
};

/** The error that replaces a thrown value that cannot be read. */
class UnreadableError extends Error {
  constructor({ name, message, stack }: Described) {
    super(message);
    this.name = name;
    this.stack = stack ?? `${name}: ${message}`;
  }
}

/**
 * Whether the value is an error of any realm. `instanceof Error` is false for errors of another realm, such as those of `node:vm`
 * (and therefore those in Jest).
 */
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

/** Limits the length of a stack. The stack starts with the error's message, so a message that is too long is shortened first. */
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

/** Returns the result of reading a property. Returns `undefined` if a getter or a proxy throws. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/**
 * Whether logs, tracers and dead letters can safely read a thrown value. A proxy cannot be trusted: it may return something
 * different each time.
 */
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
