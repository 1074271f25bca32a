import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describeThrown, ThroughlineError } from '#base';
import { printable } from '#base';
import { isAwaitable } from '#base';

const MAX_ISSUES = 10;
const LONGEST_ISSUE = 200;
const LONGEST_PATH = 200;

/** Formats the path of an issue. The keys of the path come from the message and may be anything. */
const pathOf = ({ path }: StandardSchemaV1.Issue): string =>
  (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.');

const messageOf = ({ message }: { readonly message: unknown }): string => String(message);

/** Describes an issue that a schema has reported. The issue may be any value. Never throws. */
function describe(issue: StandardSchemaV1.Issue): string {
  try {
    const path = printable(pathOf(issue), LONGEST_PATH);
    const message = printable(messageOf(issue), LONGEST_ISSUE);
    return path === '' ? message : `${path}: ${message}`;
  } catch (error) {
    return `an issue that cannot be read (${describeThrown(error).name})`;
  }
}

function valueOf<T>(channel: string, result: StandardSchemaV1.Result<T>): T {
  if (result.issues === undefined) return result.value;
  const issues = result.issues.slice(0, MAX_ISSUES).map(describe);
  const more = result.issues.length - issues.length;
  throw new ThroughlineError(
    'TL_MESSAGE_INVALID',
    `The message does not match the schema of "${channel}": ${issues.join('; ')}` +
      (more > 0 ? `; and ${more} more.` : '.'),
  );
}

/**
 * Validates a value with a schema. Returns a promise only if the schema is asynchronous.
 *
 * @throws ThroughlineError `TL_MESSAGE_INVALID`, which lists the issues.
 */
export function validate<TIn, TOut>(
  channel: { readonly name: string; readonly schema: StandardSchemaV1<TIn, TOut> },
  value: unknown,
): TOut | Promise<TOut> {
  const result = channel.schema['~standard'].validate(value);
  return isAwaitable(result)
    ? Promise.resolve(result).then((late) => valueOf(channel.name, late))
    : valueOf(channel.name, result);
}
