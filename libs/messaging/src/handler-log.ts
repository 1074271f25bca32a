import { Logger } from '@nestjs/common';
import type { TraceIds } from 'throughline/tracing';
import { reasonOf } from './errors.js';
import type { Retry } from './outcome.js';
import type { Arrival } from './source.js';

const seconds = (milliseconds: number): string => `${Number((milliseconds / 1_000).toFixed(1))} s`;

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
    const trace = ids === undefined ? '' : `, trace ${ids.traceId}`;
    this.#logger.error(
      `${this.#handler} failed on message ${arrival.id} of "${arrival.shard.channel}" ` +
        `(attempt ${attempt}${trace}), again in ${seconds(after)}: ${reasonOf(cause)}`,
      cause instanceof Error ? cause.stack : undefined,
    );
  }

  malformedContext({ id, shard, malformedContext }: Arrival): void {
    this.#logger.debug(
      `Message ${id} of "${shard.channel}" starts a new trace: it brought ${malformedContext ?? 'no context'}, which is not valid.`,
    );
  }
}
