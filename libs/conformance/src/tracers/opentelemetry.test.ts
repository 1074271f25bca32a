import { api, NodeSDK, tracing } from '@opentelemetry/sdk-node';
import { describeTracer } from './describe-tracer.js';
import {
  openBrokenOpenTelemetry,
  openOpenTelemetry,
  type RunningSdk,
} from './opentelemetry-subject.fixture.js';

function startSdk(): RunningSdk {
  const exporter = new tracing.InMemorySpanExporter();
  const sdk = new NodeSDK({
    autoDetectResources: false,
    spanProcessors: [new tracing.SimpleSpanProcessor(exporter)],
    metricReaders: [],
    logRecordProcessors: [],
  });
  sdk.start();
  return {
    finished: () => exporter.getFinishedSpans(),
    stop: async () => {
      await sdk.shutdown();
      // So that another one may be registered.
      for (const registered of [api.trace, api.context, api.propagation]) registered.disable();
    },
  };
}

describeTracer('opentelemetry', {
  records: true,
  open: () => Promise.resolve(openOpenTelemetry(startSdk())),
  broken: () => Promise.resolve(openBrokenOpenTelemetry()),
});
