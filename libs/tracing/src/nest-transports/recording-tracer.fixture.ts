import { AsyncLocalStorage } from 'node:async_hooks';
import { formatTraceparent, parseTraceparent } from '../formats/traceparent.js';
import type { End, Incoming, Outgoing, Run, Sending, TraceIds, Tracer, Work } from '../tracer.js';

export interface RecordedWork {
  readonly message: Incoming;
  readonly run: Run;
  readonly ids: TraceIds;
  readonly ends: End[];
  /** Whether `end` was called inside `run`, which the port forbids. */
  endedInside: boolean;
}

export interface RecordedSend {
  readonly to: Outgoing;
  readonly parent: TraceIds | undefined;
  readonly traceparent: string | undefined;
  readonly ends: unknown[];
}

/** A tracer that records its calls for tests. */
export class RecordingTracer implements Tracer {
  readonly name = 'recording';
  readonly works: RecordedWork[] = [];
  readonly sends: RecordedSend[] = [];
  readonly #current = new AsyncLocalStorage<TraceIds>();
  #spans = 0;

  process(message: Incoming, run: Run): Work {
    const traceId = parseTraceparent(message.traceparent ?? '')?.traceId ?? 'a'.repeat(32);
    const ids = { traceId, spanId: this.#spanId() };
    const recorded: RecordedWork = { message, run, ids, ends: [], endedInside: false };
    this.works.push(recorded);
    return {
      ids,
      run: (work) => this.#current.run(ids, work),
      end: (end) => {
        recorded.ends.push(end);
        recorded.endedInside ||= this.#current.getStore() !== undefined;
      },
    };
  }

  processBatch(): Work {
    throw new Error('These tests have no batches.');
  }

  send(to: Outgoing): Sending {
    const parent = this.current();
    const ends: unknown[] = [];
    const traceparent =
      parent && formatTraceparent({ traceId: parent.traceId, parentId: this.#spanId(), flags: 1 });
    this.sends.push({ to, parent, traceparent, ends });
    const tracestate = traceparent && 'es=s:1';
    return { traceparent, tracestate, end: (error) => void ends.push(error) };
  }

  suppress<R>(clientCall: () => R): R {
    return this.#current.exit(clientCall);
  }

  current(): TraceIds | undefined {
    return this.#current.getStore();
  }

  flush(): Promise<{ readonly lost: number }> {
    return Promise.resolve({ lost: 0 });
  }

  /** Runs `work` as the handler of a message. */
  inside<R>(work: () => R): R {
    const message = { system: 'sqs', destination: 'q', id: 'm-1' };
    return this.process(message, { handler: 'A.b', attempt: 1 }).run(work);
  }

  #spanId(): string {
    this.#spans += 1;
    return this.#spans.toString(16).padStart(16, '0');
  }
}
