import { isObject } from '#base';
import type { Context, Span } from '@opentelemetry/api';
import type { Api } from './load-api.js';

/*
 * Private parts of OpenTelemetry's SDK for Node (read in sdk-trace 2.11 and core 2.11): the number of spans that its processors
 * have dropped, a way to wait for an export in progress, and two keys by which its packages find values in a context. Everything
 * is optional. If a part is missing, the tracer does less.
 */

interface Flushable {
  forceFlush?(): Promise<void>;
}

/** The result of an export, which the SDK calls `ExportResult`. A code of 0 means success. */
interface Result {
  readonly code: number;
  readonly error?: Error;
}

interface Exporter extends Flushable {
  export?(spans: readonly unknown[], done: (result: Result) => void): void;
}

interface SpanProcessor extends Flushable {
  /**
   * The number of spans that were dropped since the queue became full. The SDK resets the number as soon as the queue accepts a
   * span again (BatchSpanProcessorBase._addToBuffer).
   */
  readonly _droppedSpansCount?: number;
  readonly _maxQueueSize?: number;
  readonly _exporter?: Exporter;
}

interface Provider extends Flushable {
  /** Present in a provider of spans. A provider has either this method or `getMeter`. */
  readonly getTracer?: unknown;
  readonly getMeter?: unknown;
  readonly _activeSpanProcessor?: { readonly _spanProcessors?: readonly SpanProcessor[] };
  getDelegate?(): Provider;
}

/** Returns the SDK's own provider, if the given provider is the API's proxy for it. */
const providerBehind = (provider: Provider): Provider => provider.getDelegate?.() ?? provider;

/** Called with the number of spans that an exporter did not accept, and the reason. */
export type Refused = (spans: number, reason: unknown) => void;

/**
 * Listens to the results of an exporter. The exporter itself reports them only to its processor, which only writes them to the
 * diagnostic log.
 */
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

/** A span processor, in which ended spans wait for their export. */
export interface SpanBuffer {
  readonly dropped: number;
  readonly capacity: number | undefined;
  /** Calls the listener for each failed export. The SDK does not export those spans again. */
  onRefused(listener: Refused): void;
  /** Resolves when all waiting spans are exported and all exports in progress have finished. Rejects if one fails. */
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
    // The flush of the processor does not wait for an export that its timer has started. The flush of the exporter does.
    await processor._exporter?.forceFlush?.();
  },
});

/** The span processors of the registered SDK. Empty without an SDK, or if they cannot be accessed. */
export const spanBuffersOf = (provider: Provider): readonly SpanBuffer[] =>
  (providerBehind(provider)._activeSpanProcessor?._spanProcessors ?? []).map(bufferOf);

/** Flushes a tracer provider or a meter provider. The API itself has no function for this. */
export async function forceFlush(provider: Provider): Promise<void> {
  await providerBehind(provider).forceFlush?.();
}

/** Whether the SDK has dropped links of a span. The property is part of `ReadableSpan`, which the API does not contain. */
export const hasDroppedLinks = (span: object): boolean =>
  'droppedLinksCount' in span &&
  typeof span.droppedLinksCount === 'number' &&
  span.droppedLinksCount > 0;

/**
 * The name of the key in a context that suppresses tracing. `@opentelemetry/core` has used this name in every version since 0.24.
 * The API returns equal keys for equal names.
 */
const SUPPRESS_TRACING = 'OpenTelemetry SDK Context Key SUPPRESS_TRACING';

/** Returns a context without a current span, in which other instrumentations write no spans. */
export const suppressedContext = (api: Api): Context =>
  api.ROOT_CONTEXT.setValue(api.createContextKey(SUPPRESS_TRACING), true);

/**
 * The data that HTTP instrumentations store in the context for instrumentations of web frameworks (`@opentelemetry/core`,
 * rpc-metadata).
 */
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
