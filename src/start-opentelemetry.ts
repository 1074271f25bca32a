import { isSpanContextValid, trace } from '@opentelemetry/api';
import type { Settings } from './settings.js';

type Env = NodeJS.ProcessEnv;

/** As many links as a batch may have; the SDK's own limit is 128. */
const LINKS = 1_000;

/**
 * Whether somebody has registered an SDK before: `node --import @elastic/opentelemetry-node`, or a program of one's own. The
 * API alone gives spans without ids; this one is never ended, so never sent.
 */
function isStarted(): boolean {
  const probe = trace.getTracer('order-service').startSpan('probe', { root: true });
  return isSpanContextValid(probe.spanContext());
}

const saysWhereTo = (env: Env): boolean =>
  Object.keys(env).some((key) => /^OTEL_(EXPORTER_OTLP_.*ENDPOINT|TRACES_EXPORTER)$/.test(key));

const saysItsName = ({ OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES = '' }: Env): boolean =>
  OTEL_SERVICE_NAME !== undefined || /(^|,)\s*service\.name=/.test(OTEL_RESOURCE_ATTRIBUTES);

/** Starts OpenTelemetry's SDK, beside whose own settings (OTEL_*), which win, there are few. */
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
