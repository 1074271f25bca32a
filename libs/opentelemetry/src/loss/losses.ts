import type { Guard } from 'throughline/tracing';
import { messageOf } from '../spans/report-error.js';
import type { SpanQueue } from '../sdk/internals.js';

interface Watched {
  readonly queue: SpanQueue;
  seen: number;
}

/**
 * Counts the spans that were lost: those that nobody took, and those that the SDK has dropped because its queue was full. The
 * SDK forgets its own count of these when there is room again, so it is looked at after each span of ours: none of ours is
 * missed, and of others' those in between may be.
 */
export class Losses {
  readonly #guard: Guard;
  readonly #find: () => readonly SpanQueue[];
  #watched: readonly Watched[] = [];
  #lost = 0;

  constructor(guard: Guard, find: () => readonly SpanQueue[]) {
    this.#guard = guard;
    this.#find = find;
  }

  get lost(): number {
    return this.#lost;
  }

  get queues(): readonly SpanQueue[] {
    return this.#watch().map(({ queue }) => queue);
  }

  look(): void {
    for (const watched of this.#watch()) {
      const { queue, seen } = watched;
      const { dropped } = queue;
      if (dropped === seen) continue;
      this.#lost += dropped > seen ? dropped - seen : dropped;
      watched.seen = dropped;
      if (dropped > 0) this.#tell(queue);
    }
  }

  /** Spans that were handed out in vain; without a number where that is not known. */
  refused(reason: unknown, spans = 0): void {
    this.#lost += spans;
    this.#guard.once(
      'refused',
      () => `OpenTelemetry could not send out spans, and gives them up: ${messageOf(reason)}`,
    );
  }

  #watch(): readonly Watched[] {
    // An SDK may be registered after the tracer was made.
    if (this.#watched.length === 0) {
      this.#watched = this.#find().map((queue) => ({ queue, seen: queue.dropped }));
      for (const { queue } of this.#watched)
        queue.onRefused((spans, reason) => this.refused(reason, spans));
    }
    return this.#watched;
  }

  #tell({ capacity }: SpanQueue): void {
    this.#guard.once(
      'dropped',
      () =>
        `OpenTelemetry drops spans: its queue${capacity === undefined ? '' : ` of ${capacity}`} is full. ` +
        'Give it room for a second of them (OTEL_BSP_MAX_QUEUE_SIZE), or sample.',
    );
  }
}
