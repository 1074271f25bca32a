/*
 * What the SDK for Node (read in sdk-trace 2.11) says of itself and the API does not: how much its processors have dropped,
 * and how to wait for an export that is under way. Each is optional, and without it the tracer does less.
 */

interface Flushable {
  forceFlush?(): Promise<void>;
}

/** `ExportResult` of the SDK; 0 is success. */
interface Result {
  readonly code: number;
  readonly error?: Error;
}

interface Exporter extends Flushable {
  export?(spans: readonly unknown[], done: (result: Result) => void): void;
}

interface SpanProcessor extends Flushable {
  /** Since the queue was full; 0 again as soon as a span has found room in it (BatchSpanProcessorBase._addToBuffer). */
  readonly _droppedSpansCount?: number;
  readonly _maxQueueSize?: number;
  readonly _exporter?: Exporter;
}

interface Provider extends Flushable {
  /** What the API knows of a provider: one of the two. */
  readonly getTracer?: unknown;
  readonly getMeter?: unknown;
  readonly _activeSpanProcessor?: { readonly _spanProcessors?: readonly SpanProcessor[] };
  getDelegate?(): Provider;
}

/** The SDK's own provider, behind the API's stand-in. */
const providerBehind = (provider: Provider): Provider => provider.getDelegate?.() ?? provider;

/** So many spans were not taken, for this reason. */
export type Refused = (spans: number, reason: unknown) => void;

/** The exporter's answer goes to its processor alone, which writes it to the diagnostic log; so it is overheard. */
function overhear(exporter: Exporter, listener: Refused): void {
  const handOut = exporter.export?.bind(exporter);
  if (handOut === undefined) return;
  exporter.export = (spans, done) => {
    handOut(spans, (result) => {
      if (result.code !== 0) listener(spans.length, result.error);
      done(result);
    });
  };
}

/** Where ended spans wait for their export. */
export interface SpanQueue {
  readonly dropped: number;
  readonly capacity: number | undefined;
  /** Tells of each export that came to nothing: the SDK gives those spans up. */
  onRefused(listener: Refused): void;
  /** Resolves when all that waits, and all that is under way, has been taken; rejects where it was not. */
  flush(): Promise<void>;
}

/** A snapshot would be old at once: what a queue says is read when it is asked. */
const queueOf = (processor: SpanProcessor): SpanQueue => ({
  get dropped() {
    return processor._droppedSpansCount ?? 0;
  },
  capacity: processor._maxQueueSize,
  onRefused: (listener) => {
    if (processor._exporter !== undefined) overhear(processor._exporter, listener);
  },
  flush: async () => {
    await processor.forceFlush?.();
    // The processor's own flush does not wait for an export that its timer has begun; the exporter's does.
    await processor._exporter?.forceFlush?.();
  },
});

/** The queues of the SDK that is registered; none where there is none, or where they cannot be seen. */
export const spanQueuesOf = (provider: Provider): readonly SpanQueue[] =>
  (providerBehind(provider)._activeSpanProcessor?._spanProcessors ?? []).map(queueOf);

/** Sends out what a provider of spans or of metrics has; the API itself has no word for it. */
export async function forceFlush(provider: Provider): Promise<void> {
  await providerBehind(provider).forceFlush?.();
}

/** Whether the SDK has left out links of a span (`ReadableSpan`, which the API does not know). */
export const hasDroppedLinks = (span: object): boolean =>
  'droppedLinksCount' in span &&
  typeof span.droppedLinksCount === 'number' &&
  span.droppedLinksCount > 0;
