import { core, node, tracing } from '@opentelemetry/sdk-node';

/** More than there are messages: what the processor drops would cost less than what it exports. */
const QUEUE = 1_000_000;

const nowhere: tracing.SpanExporter = {
  export: (_spans, done) => {
    done({ code: core.ExportResultCode.SUCCESS });
  },
  shutdown: () => Promise.resolve(),
};

/** The SDK as a service has it: a batch processor, and every root sampled. What it exports goes nowhere. */
export function startSdk(): void {
  const processor = new tracing.BatchSpanProcessor(nowhere, { maxQueueSize: QUEUE });
  new node.NodeTracerProvider({ spanProcessors: [processor] }).register();
}
