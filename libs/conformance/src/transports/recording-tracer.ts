import { AsyncLocalStorage } from 'node:async_hooks';
import type { End, Incoming, Run, Sending, TraceIds, Tracer, Work } from 'throughline/tracing';

/** A run as the tracer saw it. */
export interface RecordedRun {
  readonly id: string;
  readonly traceparent: string | undefined;
  readonly run: Run;
  readonly ids: TraceIds;
}

/** Starts a new trace for each run and each send, and records them. */
export class RecordingTracer implements Tracer {
  readonly name = 'recording';
  readonly runs: RecordedRun[] = [];
  readonly ends: End[] = [];
  /** The contexts of all sends, in order. */
  readonly sent: string[] = [];
  readonly #current = new AsyncLocalStorage<TraceIds>();
  #count = 0;

  process(message: Incoming, run: Run): Work {
    const ids = this.#ids();
    this.runs.push({ id: message.id, traceparent: message.traceparent, run, ids });
    return this.#work(ids);
  }

  processBatch(): Work {
    return this.#work(this.#ids());
  }

  send(): Sending {
    const { traceId, spanId } = this.#ids();
    const traceparent = `00-${traceId}-${spanId}-01`;
    this.sent.push(traceparent);
    return { traceparent, end: () => undefined };
  }

  suppress<R>(clientCall: () => R): R {
    return clientCall();
  }

  current(): TraceIds | undefined {
    return this.#current.getStore();
  }

  flush(): Promise<{ readonly lost: number }> {
    return Promise.resolve({ lost: 0 });
  }

  #work(ids: TraceIds): Work {
    return {
      ids,
      run: (work) => this.#current.run(ids, work),
      end: (end) => void this.ends.push(end),
    };
  }

  #ids(): TraceIds {
    this.#count += 1;
    const id = this.#count.toString(16);
    return { traceId: id.padStart(32, '0'), spanId: id.padStart(16, '0') };
  }
}
