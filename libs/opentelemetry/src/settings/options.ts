import { Logger } from '@nestjs/common';
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import type { Api } from '../sdk/load-api.js';

/** Settings of {@link opentelemetry}. The SDK itself is configured by its own means: `OTEL_*`, `new NodeSDK({ … })`. */
export interface OpenTelemetryOptions {
  /** Where spans go; by default where the registered SDK sends them. */
  readonly tracerProvider?: TracerProvider;
  /** Where metrics go; by default where the registered SDK sends them. */
  readonly meterProvider?: MeterProvider;
  /**
   * Which outcomes of a message get a span of their own below that of the message: `failures` (default), every one but a plain
   * ack; `all`; `none`. The message's own span says what became of it in any case.
   */
  readonly settle?: 'failures' | 'all' | 'none';
  /**
   * What is done for a message whose producer did not sample its trace. `full` (default): the SDK's sampler is asked, as for
   * any other. `lean`: nothing is opened, and the decision is passed on; for samplers that follow the parent's decision, as
   * the default one does. What is lost: ids of our own (a log line has the trace's id and the producer's span's id).
   */
  readonly unsampled?: 'full' | 'lean';
  /** Where a warning goes, each told once; by default Nest's logger. */
  readonly warn?: (message: string) => void;
  /** The API; by default the one that `@opentelemetry/api` gives. */
  readonly api?: Api;
}

/** Settings of {@link OpenTelemetryRouteInterceptor}. */
export type RouteOptions = Pick<OpenTelemetryOptions, 'tracerProvider' | 'warn' | 'api'>;

const logger = new Logger('OpenTelemetryTracer');

export const warnThroughNest = (message: string): void => {
  logger.warn(message);
};
