import type { Guard } from 'throughline/tracing';
import { messageOf } from '../spans/report-error.js';
import type { SpanBuffer } from '../sdk/internals.js';

interface Watched {
  readonly buffer: SpanBuffer;
  seen: number;
}

/**
 * Counts lost spans: those that the exporter did not accept, and those that the SDK dropped because its queue was full. The SDK
 * resets its count of dropped spans when its queue has space again. Throughline therefore reads the count after each of its own
 * spans. It counts all of its own lost spans, but may miss lost spans of other code in between.
 */
export class Losses {
  readonly #guard: Guard;
  readonly #find: () => readonly SpanBuffer[];
  #watched: readonly Watched[] = [];
  #lost = 0;

  constructor(guard: Guard, find: () => readonly SpanBuffer[]) {
    this.#guard = guard;
    this.#find = find;
  }

  get lost(): number {
    return this.#lost;
  }

  get buffers(): readonly SpanBuffer[] {
    return this.#watch().map(({ buffer }) => buffer);
  }

  look(): void {
    for (const watched of this.#watch()) {
      const { buffer, seen } = watched;
      const { dropped } = buffer;
      if (dropped === seen) continue;
      this.#lost += dropped > seen ? dropped - seen : dropped;
      watched.seen = dropped;
      if (dropped > 0) this.#warnOfDropped(buffer);
    }
  }

  /**
   * Called when an export of spans has failed. `spans` is the number of lost spans. Omit it if the number is not known, or if the
   * spans are already counted.
   */
  refused(reason: unknown, spans = 0): void {
    this.#lost += spans;
    this.#guard.warnOnce(
      'refused',
      () =>
        `OpenTelemetry could not send some spans (${messageOf(reason)}). These spans are lost. Check the exporter's settings, for example OTEL_EXPORTER_OTLP_ENDPOINT.`,
    );
  }

  #watch(): readonly Watched[] {
    // An SDK may be registered after the tracer was created.
    if (this.#watched.length === 0) {
      this.#watched = this.#find().map((buffer) => ({ buffer, seen: buffer.dropped }));
      for (const { buffer } of this.#watched)
        buffer.onRefused((spans, reason) => this.refused(reason, spans));
    }
    return this.#watched;
  }

  #warnOfDropped({ capacity }: SpanBuffer): void {
    this.#guard.warnOnce(
      'dropped',
      () =>
        `OpenTelemetry is dropping spans: its queue${capacity === undefined ? '' : ` of ${capacity} spans`} is full. ` +
        'Set OTEL_BSP_MAX_QUEUE_SIZE to at least the number of spans produced per second, or sample fewer traces.',
    );
  }
}
