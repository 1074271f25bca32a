import { Logger } from '@nestjs/common';
import type { TraceIds } from 'throughline/tracing';
import { isUnavailable, reasonOf } from '../errors.js';
import type { DeadLetter, Retry } from '../outcome.js';
import type { Arrival } from '../source.js';

const seconds = (milliseconds: number): string => `${Number((milliseconds / 1_000).toFixed(1))} s`;
const stackOf = (cause: unknown): string | undefined =>
  cause instanceof Error ? cause.stack : undefined;

/** What the log says of a handler's messages: always with the message's id, and with the trace's where there is one. */
export class HandlerLog {
  readonly #logger = new Logger('Throughline');
  readonly #handler: string;

  constructor(handler: string) {
    this.#handler = handler;
  }

  failed(
    arrival: Arrival,
    attempt: number,
    { cause, after }: Retry,
    ids: TraceIds | undefined,
  ): void {
    const line = `${this.#handler} failed on ${what(arrival, attempt, ids)}, again in ${seconds(after)}: ${reasonOf(cause)}`;
    // An outage is told once by the gate that it closes; each message that met it is no news.
    if (isUnavailable(cause)) this.#logger.debug(line);
    else this.#logger.error(line, stackOf(cause));
  }

  buried(
    arrival: Arrival,
    attempt: number,
    { cause, reason }: DeadLetter,
    ids: TraceIds | undefined,
  ): void {
    this.#logger.error(
      `${this.#handler} made a dead letter of ${what(arrival, attempt, ids)}, ${reason}: ${reasonOf(cause)}`,
      stackOf(cause),
    );
  }

  malformedContext({ id, shard, malformedContext }: Arrival): void {
    this.#logger.debug(
      `Message ${id} of "${shard.channel}" starts a new trace: it brought ${malformedContext ?? 'no context'}, which is not valid.`,
    );
  }
}

const what = ({ id, shard }: Arrival, attempt: number, ids: TraceIds | undefined): string => {
  const trace = ids === undefined ? '' : `, trace ${ids.traceId}`;
  return `message ${id} of "${shard.channel}" (attempt ${attempt}${trace})`;
};
