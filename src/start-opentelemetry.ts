import { isSpanContextValid, trace } from '@opentelemetry/api';
import type { Settings } from './settings.js';

type Env = NodeJS.ProcessEnv;

/** The maximum number of links of a batch. The SDK's default limit is 128. */
const LINKS = 1_000;

/**
 * Whether an SDK is already registered, by `node --import @elastic/opentelemetry-node` or by your own program. Without an SDK,
 * the API creates spans without ids. The span for this check is never ended, so it is never sent.
 */
function isStarted(): boolean {
  const probe = trace.getTracer('order-service').startSpan('probe', { root: true });
  return isSpanContextValid(probe.spanContext());
}

const saysWhereTo = (env: Env): boolean =>
  Object.keys(env).some((key) => /^OTEL_(EXPORTER_OTLP_.*ENDPOINT|TRACES_EXPORTER)$/.test(key));

const saysItsName = ({ OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES = '' }: Env): boolean =>
  OTEL_SERVICE_NAME !== undefined || /(^|,)\s*service\.name=/.test(OTEL_RESOURCE_ATTRIBUTES);

/** Starts the OpenTelemetry SDK with a few defaults. The SDK's own settings (OTEL_*) override them. */
export async function startOpenTelemetry(
  { serviceName, brokers }: Settings,
  env: Env,
): Promise<void> {
  if (isStarted()) return;
  // Loaded only here, because it is large and only this function needs it.
  const { NodeSDK, tracing } = await import('@opentelemetry/sdk-node');
  const isAlone = brokers === 'embedded' && !saysWhereTo(env);
  new NodeSDK({
    ...(!saysItsName(env) && { serviceName }),
    ...(env.OTEL_SPAN_LINK_COUNT_LIMIT === undefined && { spanLimits: { linkCountLimit: LINKS } }),
    // On a developer's machine, there may be no receiver. The SDK then sends nothing, but still creates and passes on ids.
    ...(isAlone && { spanProcessors: [new tracing.NoopSpanProcessor()], metricReaders: [] }),
    // The service logs with Nest, so the SDK processes no logs.
    ...(env.OTEL_LOGS_EXPORTER === undefined && { logRecordProcessors: [] }),
  }).start();
}
