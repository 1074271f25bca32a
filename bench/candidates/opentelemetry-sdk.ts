import { core, node, tracing } from '@opentelemetry/sdk-node';

/** More than there are messages, because dropping a span costs less than exporting it. */
const QUEUE = 1_000_000;

const nowhere: tracing.SpanExporter = {
  export: (_spans, done) => {
    done({ code: core.ExportResultCode.SUCCESS });
  },
  shutdown: () => Promise.resolve(),
};

/** The SDK as in a service: a batch processor, and every root sampled. It exports nothing. */
export function startSdk(): void {
  const processor = new tracing.BatchSpanProcessor(nowhere, { maxQueueSize: QUEUE });
  new node.NodeTracerProvider({ spanProcessors: [processor] }).register();
}
