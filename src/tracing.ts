import type { NestInterceptor, Type } from '@nestjs/common';
import { elastic, ElasticRouteInterceptor } from 'throughline/elastic';
import { opentelemetry, OpenTelemetryRouteInterceptor } from 'throughline/opentelemetry';
import { none, type Tracer } from 'throughline/tracing';
import type { Settings } from './settings.js';

/** The tracing of the service: a tracer for messages, and an interceptor for HTTP requests. */
export interface Tracing {
  readonly tracer: Tracer;
  readonly interceptors: readonly Type<NestInterceptor>[];
}

const TRACING: Readonly<Record<Settings['tracer'], () => Tracing>> = {
  elastic: () => ({ tracer: elastic(), interceptors: [ElasticRouteInterceptor] }),
  opentelemetry: () => ({
    tracer: opentelemetry(),
    interceptors: [OpenTelemetryRouteInterceptor],
  }),
  none: () => ({ tracer: none(), interceptors: [] }),
};

export const tracingOf = ({ tracer }: Settings): Tracing => TRACING[tracer]();
