import { AsyncLocalStorage } from 'node:async_hooks';
import type { End, Incoming, Run, Sending, TraceIds, Tracer, Work } from 'throughline/tracing';

/** A run as a tracer was told of it. */
export interface ToldRun {
  readonly id: string;
  readonly traceparent: string | undefined;
  readonly run: Run;
  readonly ids: TraceIds;
}

/** Gives each run and each send a trace of its own, and keeps what it was told. Sends carry their id wherever they are made. */
export class MarkingTracer implements Tracer {
  readonly name = 'marking';
  readonly runs: ToldRun[] = [];
  readonly ends: End[] = [];
  /** The contexts that sends were given, in order. */
  readonly sent: string[] = [];
  readonly #current = new AsyncLocalStorage<TraceIds>();
  #made = 0;

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
    this.#made += 1;
    const id = this.#made.toString(16);
    return { traceId: id.padStart(32, '0'), spanId: id.padStart(16, '0') };
  }
}
