import type { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';

/** A server may render its `Date` now and then only (Pekko, under load: seconds late). */
const LATE = 5_000;
/** HTTP tells whole seconds. */
const LAST_OF_SECOND = 999;

/**
 * SQS' time as the answer to `command` tells it, which is to be sent next. `SentTimestamp` is by that clock, and ours may be
 * minutes away from it; where it is not, ours is the better one.
 */
export function serverTime(command: GetQueueAttributesCommand): () => number {
  let date: number | undefined;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      date = dateOf(result.response);
      return result;
    },
    { step: 'deserialize' },
  );
  return () => {
    const ours = Date.now();
    if (date === undefined) return ours;
    return date <= ours && ours <= date + LATE ? ours : date + LAST_OF_SECOND;
  };
}

/** The SDK types what came over the wire as `unknown`, since it need not be HTTP. */
function dateOf(response: unknown): number | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return;
  const { headers } = response;
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return;
  const time = Date.parse(String(headers.date));
  return Number.isNaN(time) ? undefined : time;
}
