import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describeThrown, ThroughlineError } from '#base';
import { printable } from '#base';
import { isAwaitable } from '#base';

const MAX_ISSUES = 10;
const LONGEST_ISSUE = 200;
const LONGEST_PATH = 200;

/** Keys of a path come from whoever sent the message. */
const pathOf = ({ path }: StandardSchemaV1.Issue): string =>
  (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.');

const messageOf = ({ message }: { readonly message: unknown }): string => String(message);

/** A schema's issue may be anything, too: it is described, and never thrown over. */
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
    `The message does not fit the schema of "${channel}": ${issues.join('; ')}` +
      (more > 0 ? `; and ${more} more.` : '.'),
  );
}

/**
 * What the schema makes of a value; a promise only where the schema itself is asynchronous.
 *
 * @throws ThroughlineError `TL_MESSAGE_INVALID` with the list of issues.
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
