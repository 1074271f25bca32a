import { isSpanContextValid, trace } from '@opentelemetry/api';
import type { Settings } from './settings.js';

type Env = NodeJS.ProcessEnv;

/** The maximum number of links of a batch. The SDK's default limit is 128. */
const LINKS = 1_000;

/**
 * Whether an SDK is already registered: by `node --import @elastic/opentelemetry-node`, or by your own program. The API alone
 * creates spans without ids. This span is never ended, so it is never sent.
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
  // Only here: it is large, and nobody else needs it.
  const { NodeSDK, tracing } = await import('@opentelemetry/sdk-node');
  const isAlone = brokers === 'embedded' && !saysWhereTo(env);
  new NodeSDK({
    ...(!saysItsName(env) && { serviceName }),
    ...(env.OTEL_SPAN_LINK_COUNT_LIMIT === undefined && { spanLimits: { linkCountLimit: LINKS } }),
    // On a developer's machine nobody may listen: ids are made and passed on all the same.
    ...(isAlone && { spanProcessors: [new tracing.NoopSpanProcessor()], metricReaders: [] }),
    // The service's log is Nest's.
    ...(env.OTEL_LOGS_EXPORTER === undefined && { logRecordProcessors: [] }),
  }).start();
}
