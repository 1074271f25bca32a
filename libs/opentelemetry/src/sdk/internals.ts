import { isObject } from '#base';
import type { Context, Span } from '@opentelemetry/api';
import type { Api } from './load-api.js';

/*
 * What OpenTelemetry's SDK for Node does not publish (read in sdk-trace 2.11 and core 2.11): how many spans its processors have
 * dropped, how to wait for an export in progress, and two keys by which its packages find values in a context. Everything is
 * optional, and without it the tracer does less.
 */

interface Flushable {
  forceFlush?(): Promise<void>;
}

/** `ExportResult` of the SDK; 0 means success. */
interface Result {
  readonly code: number;
  readonly error?: Error;
}

interface Exporter extends Flushable {
  export?(spans: readonly unknown[], done: (result: Result) => void): void;
}

interface SpanProcessor extends Flushable {
  /** Dropped since the queue became full; reset as soon as a span fits again (BatchSpanProcessorBase._addToBuffer). */
  readonly _droppedSpansCount?: number;
  readonly _maxQueueSize?: number;
  readonly _exporter?: Exporter;
}

interface Provider extends Flushable {
  /** A provider has one of these two in the API. */
  readonly getTracer?: unknown;
  readonly getMeter?: unknown;
  readonly _activeSpanProcessor?: { readonly _spanProcessors?: readonly SpanProcessor[] };
  getDelegate?(): Provider;
}

/** The SDK's own provider, for which the API has a proxy. */
const providerBehind = (provider: Provider): Provider => provider.getDelegate?.() ?? provider;

/** Called with how many spans an exporter did not accept, and why. */
export type Refused = (spans: number, reason: unknown) => void;

/** Listens to the exporter's results, which it reports only to its processor, which only writes them to the diagnostic log. */
function listenTo(exporter: Exporter, listener: Refused): void {
  const exportSpans = exporter.export?.bind(exporter);
  if (exportSpans === undefined) return;
  exporter.export = (spans, done) => {
    exportSpans(spans, (result) => {
      if (result.code !== 0) listener(spans.length, result.error);
      done(result);
    });
  };
}

/** Where ended spans wait for their export: a span processor. */
export interface SpanBuffer {
  readonly dropped: number;
  readonly capacity: number | undefined;
  /** Calls the listener for each failed export: the SDK does not retry those spans. */
  onRefused(listener: Refused): void;
  /** Resolves when all waiting spans and all exports in progress are done; rejects if one fails. */
  flush(): Promise<void>;
}

const bufferOf = (processor: SpanProcessor): SpanBuffer => ({
  get dropped() {
    return processor._droppedSpansCount ?? 0;
  },
  capacity: processor._maxQueueSize,
  onRefused: (listener) => {
    if (processor._exporter !== undefined) listenTo(processor._exporter, listener);
  },
  flush: async () => {
    await processor.forceFlush?.();
    // The processor's own flush does not wait for an export that its timer has started; the exporter's does.
    await processor._exporter?.forceFlush?.();
  },
});

/** The span processors of the registered SDK; none without an SDK, or if they cannot be seen. */
export const spanBuffersOf = (provider: Provider): readonly SpanBuffer[] =>
  (providerBehind(provider)._activeSpanProcessor?._spanProcessors ?? []).map(bufferOf);

/** Flushes a provider of spans or of metrics. The API has no call for it. */
export async function forceFlush(provider: Provider): Promise<void> {
  await providerBehind(provider).forceFlush?.();
}

/** Whether the SDK has left out links of a span (`ReadableSpan`, which is not part of the API). */
export const hasDroppedLinks = (span: object): boolean =>
  'droppedLinksCount' in span &&
  typeof span.droppedLinksCount === 'number' &&
  span.droppedLinksCount > 0;

/** `@opentelemetry/core` uses this name in every version since 0.24. The API returns equal keys for equal names. */
const SUPPRESS_TRACING = 'OpenTelemetry SDK Context Key SUPPRESS_TRACING';

/** A context in which no span is current, and other instrumentations write none. */
export const suppressedContext = (api: Api): Context =>
  api.ROOT_CONTEXT.setValue(api.createContextKey(SUPPRESS_TRACING), true);

/** What instrumentations of HTTP store in the context for those of frameworks (`@opentelemetry/core`, rpc-metadata). */
export interface RpcMetadata {
  readonly span: Span;
  route?: unknown;
}

const RPC_METADATA = 'OpenTelemetry SDK Context Key RPC_METADATA';

const isRpcMetadata = (value: unknown): value is RpcMetadata =>
  isObject(value) && 'span' in value && isObject(value.span);

export function rpcMetadataIn(api: Api, context: Context): RpcMetadata | undefined {
  const metadata = context.getValue(api.createContextKey(RPC_METADATA));
  return isRpcMetadata(metadata) ? metadata : undefined;
}
