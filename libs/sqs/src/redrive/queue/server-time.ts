import type { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';

/**
 * The maximum age of a `Date` header, in milliseconds. A server may cache the header. Under load, the header of Pekko, ElasticMQ's
 * HTTP server, was seconds old.
 */
const STALE = 5_000;
/** What is added to the time in a `Date` header to get the end of its second, in milliseconds. The header has no milliseconds. */
const END_OF_SECOND = 999;

/**
 * Reads SQS' time from the response to `command`. Call this function before you send the command, and the returned function after
 * the response.
 *
 * `SentTimestamp` follows SQS' clock, which may differ from this process's clock by minutes. If the two agree, this process's clock
 * is more precise.
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
    return date <= ours && ours <= date + STALE ? ours : date + END_OF_SECOND;
  };
}

/**
 * Returns the time in the `Date` header of a response. The SDK types the raw response as `unknown`, because it need not be HTTP.
 */
function dateOf(response: unknown): number | undefined {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return;
  const { headers } = response;
  if (typeof headers !== 'object' || headers === null || !('date' in headers)) return;
  const time = Date.parse(String(headers.date));
  return Number.isNaN(time) ? undefined : time;
}
