import { AsyncLocalStorage } from 'node:async_hooks';
import {
  formatTraceparent,
  parseTraceparent,
  type End,
  type Incoming,
  type Outgoing,
  type Run,
  type Sending,
  type TraceIds,
  type Traceparent,
  type Tracer,
  type Work,
} from 'throughline/tracing';
import type { TracedSpan } from './contract.js';

type Opening = Omit<TracedSpan, 'failed' | 'spanId'>;

/** What is current in a handler. */
export interface Current {
  readonly ids: TraceIds;
  readonly flags: number;
  readonly tracestate: string | undefined;
}

/** What the end of a span adds. */
export type Conclusion = Pick<TracedSpan, 'failed' | 'labels'>;

const contextIn = ({ traceparent }: Incoming): Traceparent | undefined =>
  parseTraceparent(traceparent ?? '');

const senderOf = (context: Traceparent | undefined): TraceIds | undefined =>
  context && { traceId: context.traceId, spanId: context.parentId };

const present = (ids: readonly (TraceIds | undefined)[]): readonly TraceIds[] => [
  ...new Map(ids.flatMap((one) => (one ? [[one.spanId, one] as const] : []))).values(),
];

/** A minimal tracer that passes the suite. It stores its spans in a list. */
export class SampleTracer implements Tracer {
  readonly name = 'sample';
  readonly spans: TracedSpan[] = [];
  protected readonly store: AsyncLocalStorage<Current> = new AsyncLocalStorage<Current>();
  #ids = 0;

  process(message: Incoming, run: Run): Work {
    const context = contextIn(message);
    const isRoot = context === undefined || run.trace === 'link';
    const origin = run.trace === 'link' ? senderOf(context) : undefined;
    return this.open(
      {
        name: `process ${message.destination}`,
        kind: 'process',
        traceId: isRoot ? this.newId(32) : context.traceId,
        parentId: isRoot ? undefined : context.parentId,
        links: present([origin, run.batch, ...(run.earlier ?? [])]),
        labels: { handler: run.handler, attempt: run.attempt },
      },
      isRoot ? 1 : context.flags & 1,
      isRoot ? undefined : message.tracestate,
    );
  }

  processBatch(messages: readonly Incoming[], { handler }: Pick<Run, 'handler'>): Work {
    const links = present(messages.map((message) => senderOf(contextIn(message))));
    const opening = { name: 'receive', kind: 'batch', traceId: this.newId(32), links } as const;
    return this.open({ ...opening, labels: { handler } }, 1, undefined);
  }

  send(to: Outgoing): Sending {
    const current = this.store.getStore();
    if (current === undefined) return { end: () => undefined };
    const { ids, flags, tracestate } = current;
    const { traceId, spanId: parentId } = ids;
    const spanId = this.newId(16);
    let isOver = false;
    return {
      traceparent: formatTraceparent({ traceId, parentId: spanId, flags }),
      tracestate,
      end: (error) => {
        if (isOver || flags === 0) return;
        isOver = true;
        const name = `send ${to.destination}`;
        const failed = error !== undefined;
        this.spans.push({
          name,
          kind: 'send',
          traceId,
          spanId,
          parentId,
          links: [],
          failed,
          labels: {},
        });
      },
    };
  }

  suppress<R>(clientCall: () => R): R {
    return this.store.exit(clientCall);
  }

  current(): TraceIds | undefined {
    return this.store.getStore()?.ids;
  }

  flush(): Promise<{ readonly lost: number }> {
    return Promise.resolve({ lost: 0 });
  }

  protected open(opening: Opening, flags: number, tracestate: string | undefined): Work {
    const ids = { traceId: opening.traceId, spanId: this.newId(16) };
    let isOver = false;
    return {
      ids,
      run: (work) =>
        isOver ? this.store.exit(work) : this.store.run({ ids, flags, tracestate }, work),
      end: (end) => {
        if (isOver) return;
        isOver = true;
        if (flags === 1) this.spans.push({ ...opening, ...ids, ...this.concluded(opening, end) });
      },
    };
  }

  protected concluded({ labels }: Opening, end: End): Conclusion {
    // The suite passes objects whose getters throw.
    try {
      return { failed: end.failed, labels: { ...labels, ...end.labels } };
    } catch {
      return { failed: end.failed, labels };
    }
  }

  protected newId(digits: number): string {
    this.#ids += 1;
    return `f${this.#ids.toString(16).padStart(digits - 1, '0')}`;
  }
}
