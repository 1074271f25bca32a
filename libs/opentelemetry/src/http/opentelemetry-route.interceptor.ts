import { assertOptions } from '#base';
import { HTTP_ONLY } from 'throughline/tracing';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Attributes } from '@opentelemetry/api';
import { Observable } from 'rxjs';
import { ours } from '../spans/conventions.js';
import { nameCurrent } from './instrumented-request.js';
import { ROUTE_RULES, type RouteOptions } from '../settings/options.js';
import { attributesOf, carriedBy, nameOf, type HttpRequest } from './routed-request.js';
import { RequestSpan } from './request-span.js';
import { accessTo, type SdkAccess } from '../sdk/access.js';
import { carriedContext } from '../context/span-contexts.js';

type Handled = ReturnType<CallHandler['handle']>;

/**
 * Opens a server span for each HTTP request, such as `POST /orders`. The span continues the `traceparent` of the request.
 * Messages that a route publishes are therefore part of a trace. If an HTTP instrumentation has already opened a span, the
 * interceptor names that span after its route and opens no second one.
 *
 * A request that a guard refuses, or that matches no route, has no span, because interceptors do not run for it.
 *
 * @throws {ThroughlineError} `TL_OPENTELEMETRY_API_MISSING`: the package `@opentelemetry/api` is not installed.
 * @example
 * app.useGlobalInterceptors(new OpenTelemetryRouteInterceptor());
 */
export class OpenTelemetryRouteInterceptor implements NestInterceptor {
  static readonly [HTTP_ONLY] = true;
  readonly #access: SdkAccess;

  constructor(options: RouteOptions = {}) {
    assertOptions('OpenTelemetryRouteInterceptor', options, ROUTE_RULES);
    this.#access = accessTo(options);
  }

  intercept(context: ExecutionContext, next: CallHandler): Handled {
    if (context.getType() !== 'http') return next.handle();
    const { guard } = this.#access;
    const opened = guard.attempt(() => this.#nameOrOpen(context));
    return opened === undefined ? next.handle() : this.#within(opened, next);
  }

  /** Names an existing span, or else opens one. Returns the span that it has opened, or `undefined` if there was one already. */
  #nameOrOpen(context: ExecutionContext): RequestSpan | undefined {
    const http = context.switchToHttp();
    const request = http.getRequest<HttpRequest>();
    const handler = `${context.getClass().name}.${context.getHandler().name}`;
    const attributes = { ...attributesOf(request), [ours.handler]: handler };
    if (nameCurrent(this.#access.api, nameOf(request), attributes)) return undefined;
    return this.#open(request, attributes, http.getResponse());
  }

  #open(request: HttpRequest, attributes: Attributes, response: unknown): RequestSpan {
    const { api, tracer } = this.#access;
    const carried = carriedContext(api, carriedBy(request));
    const parent =
      carried === undefined
        ? api.ROOT_CONTEXT
        : api.trace.setSpanContext(api.ROOT_CONTEXT, carried);
    const options = { kind: api.SpanKind.SERVER, attributes };
    const span = tracer().startSpan(nameOf(request), options, parent);
    return new RequestSpan(this.#access, span, response);
  }

  /**
   * Handles the request with the span as the current one. The span stays current while the result is subscribed to, so it
   * includes what the route does asynchronously.
   */
  #within(opened: RequestSpan, next: CallHandler): Handled {
    return new Observable((subscriber) =>
      opened.run(() =>
        next.handle().subscribe({
          next: (value) => subscriber.next(value),
          error: (error: unknown) => {
            opened.failed(error);
            subscriber.error(error);
          },
          complete: () => {
            opened.returned();
            subscriber.complete();
          },
        }),
      ),
    );
  }
}
