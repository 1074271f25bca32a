import { opentelemetry, type OpenTelemetryOptions } from 'throughline/opentelemetry';
import type { Tracer } from 'throughline/tracing';
import { startSdk } from '../opentelemetry-sdk.js';

/** Our tracer on the SDK. */
export function tracerOnSdk(options: Pick<OpenTelemetryOptions, 'unsampled'>): Tracer {
  startSdk();
  return opentelemetry(options);
}
