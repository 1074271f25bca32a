import { HTTP_ONLY } from 'throughline/tracing';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Attributes } from '@opentelemetry/api';
import { Observable } from 'rxjs';
import { ours } from '../spans/conventions.js';
import { nameCurrent } from './instrumented-request.js';
import type { RouteOptions } from '../settings/options.js';
import { attributesOf, carriedBy, nameOf, type RoutedRequest } from './routed-request.js';
import { RequestSpan } from './request-span.js';
import { settingOf, type Setting } from '../sdk/access.js';
import { carriedContext } from '../context/span-contexts.js';

type Handled = ReturnType<CallHandler['handle']>;

/**
 * Gives HTTP requests their place in the trace: a server span `POST /orders`, which continues the `traceparent` of the request,
 * so that what a route publishes is part of a trace. Where an instrumentation of HTTP has opened a span already, that one is
 * named by its route, and no second one is opened.
 *
 * It begins where interceptors do: what a guard refuses, or no route takes, has no span.
 *
 * @throws {OpenTelemetryTracerError} `TL_OPENTELEMETRY_API_MISSING`: the package `@opentelemetry/api` is not installed.
 * @example
 * app.useGlobalInterceptors(new OpenTelemetryRouteInterceptor());
 */
export class OpenTelemetryRouteInterceptor implements NestInterceptor {
  static readonly [HTTP_ONLY] = true;
  readonly #setting: Setting;

  constructor(options: RouteOptions = {}) {
    this.#setting = settingOf(options);
  }

  intercept(context: ExecutionContext, next: CallHandler): Handled {
    if (context.getType() !== 'http') return next.handle();
    const { guard } = this.#setting;
    const opened = guard.attempt(() => this.#nameOrOpen(context));
    return opened === undefined ? next.handle() : this.#within(opened, next);
  }

  /** The span that was opened; nothing where one was there. */
  #nameOrOpen(context: ExecutionContext): RequestSpan | undefined {
    const http = context.switchToHttp();
    const request = http.getRequest<RoutedRequest>();
    const handler = `${context.getClass().name}.${context.getHandler().name}`;
    const attributes = { ...attributesOf(request), [ours.handler]: handler };
    if (nameCurrent(this.#setting.api, nameOf(request), attributes)) return undefined;
    return this.#open(request, attributes, http.getResponse());
  }

  #open(request: RoutedRequest, attributes: Attributes, response: unknown): RequestSpan {
    const { api, tracer } = this.#setting;
    const carried = carriedContext(api, carriedBy(request));
    const parent =
      carried === undefined
        ? api.ROOT_CONTEXT
        : api.trace.setSpanContext(api.ROOT_CONTEXT, carried);
    const options = { kind: api.SpanKind.SERVER, attributes };
    const span = tracer().startSpan(nameOf(request), options, parent);
    return new RequestSpan(this.#setting, span, response);
  }

  /** Entered around the subscription: what a route does late is part of it, too. */
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
