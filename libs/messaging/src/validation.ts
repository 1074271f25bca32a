import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ThroughlineError } from './errors.js';

const MAX_ISSUES = 10;

const pathOf = ({ path }: StandardSchemaV1.Issue): string =>
  (path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.');

const describe = (issue: StandardSchemaV1.Issue): string => {
  const path = pathOf(issue);
  return path === '' ? issue.message : `${path}: ${issue.message}`;
};

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
  return result instanceof Promise
    ? result.then((late) => valueOf(channel.name, late))
    : valueOf(channel.name, result);
}
