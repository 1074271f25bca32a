import { Logger } from '@nestjs/common';
import type { MeterProvider, TracerProvider } from '@opentelemetry/api';
import { rule, type RulesFor } from '#base';
import type { Api } from '../sdk/load-api.js';

/** Options of {@link opentelemetry}. Configure the SDK itself with `OTEL_*` or `new NodeSDK({ … })`. */
export interface OpenTelemetryOptions {
  /** The tracer provider that creates the spans. Default: the registered provider. */
  readonly tracerProvider?: TracerProvider;
  /** The meter provider that records the metrics. Default: the registered provider. */
  readonly meterProvider?: MeterProvider;
  /**
   * Determines for which outcomes a message's span has a child span. `failures` (default): for all outcomes except a plain ack.
   * `all`: for every outcome. `none`: for no outcome. The message's span itself always shows the outcome.
   */
  readonly settle?: 'failures' | 'all' | 'none';
  /**
   * Determines what is opened for a message whose producer did not sample its trace. `full` (default): a span, as for any other
   * message. The SDK's sampler decides whether it is sampled. `non-recording`: no span. The producer's decision is passed on, and
   * log lines contain the trace id and the producer's span id. Choose `non-recording` only with a sampler that follows the
   * parent's decision, as the default sampler does.
   */
  readonly unsampled?: 'full' | 'non-recording';
  /** Called once for each kind of warning. By default, Nest's logger writes the warnings. */
  readonly warn?: (message: string) => void;
  /**
   * The OpenTelemetry API. Default: the export of the package `@opentelemetry/api`. Pass the API if two copies of the package are
   * installed.
   */
  readonly api?: Api;
}

/** Options of {@link OpenTelemetryRouteInterceptor}. */
export type RouteOptions = Pick<OpenTelemetryOptions, 'tracerProvider' | 'warn' | 'api'>;

export const ROUTE_RULES: RulesFor<RouteOptions> = {
  tracerProvider: rule.withMethods('a tracer provider', 'getTracer'),
  warn: rule.fn,
  api: rule.object,
};

export const OPENTELEMETRY_RULES: RulesFor<OpenTelemetryOptions> = {
  ...ROUTE_RULES,
  meterProvider: rule.withMethods('a meter provider', 'getMeter'),
  settle: rule.oneOf('failures', 'all', 'none'),
  unsampled: rule.oneOf('full', 'non-recording'),
};

const logger = new Logger('OpenTelemetryTracer');

export const warnThroughNest = (message: string): void => {
  logger.warn(message);
};
