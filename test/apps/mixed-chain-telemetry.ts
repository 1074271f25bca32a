/** Starts the agent or the SDK with its settings in the environment, and exports the tracer for it. */
import type { Tracer } from 'throughline/tracing';

async function elasticTracer(): Promise<Tracer> {
  const { default: apm } = await import('elastic-apm-node');
  apm.start({});
  const { elastic } = await import('throughline/elastic');
  return elastic();
}

async function openTelemetryTracer(): Promise<Tracer> {
  const { NodeSDK } = await import('@opentelemetry/sdk-node');
  new NodeSDK({ instrumentations: [] }).start();
  const { opentelemetry } = await import('throughline/opentelemetry');
  return opentelemetry();
}

export const tracer = await (process.env.TRACER === 'elastic'
  ? elasticTracer()
  : openTelemetryTracer());
