import { AsyncLocalStorage } from 'node:async_hooks';
import {
  Logger,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { defer, Observable, tap } from 'rxjs';
import { assertOptions, rule } from '#base';
import { TRACER_RULE, type End, type Tracer } from '../tracer.js';
import { isTracedContext } from './traced-context.js';
import { readNestMessage, type NestMessage } from './nest-message.js';

const DONE: End = { failed: false, labels: { outcome: 'done' } };
/** The end of a run whose subscriber unsubscribed, for example because of `take(1)`, a timeout or a cancelled request. */
const UNSUBSCRIBED: End = { failed: false, labels: { outcome: 'unsubscribed' } };

const logger = new Logger('TracingInterceptor');

/**
 * Continues the trace in handlers on Nest's own transports. Kafka, RabbitMQ, NATS and MQTT messages carry a trace context. On any
 * other transport (Redis, TCP), each message starts a new trace. If there is already a current span, as on Throughline's
 * transports and in an HTTP request, the interceptor does nothing. You can therefore use it globally in an application that
 * combines these transports.
 *
 * An interceptor runs after the guards, so the span is not current in guards. It is current in pipes, the handler, its Observable
 * and filters.
 *
 * @example
 * app.useGlobalInterceptors(new TracingInterceptor(app.get(TRACER)));
 * @example
 * // or as a provider; `throughline` exports TRACER
 * { provide: APP_INTERCEPTOR, inject: [TRACER], useFactory: (tracer: Tracer) => new TracingInterceptor(tracer) }
 */
export class TracingInterceptor implements NestInterceptor {
  readonly #tracer: Tracer;

  /** @throws ThroughlineError `TL_OPTION_INVALID` */
  constructor(tracer: Tracer) {
    assertOptions('TracingInterceptor', { tracer }, { tracer: rule.required(TRACER_RULE) });
    this.#tracer = tracer;
  }

  intercept(execution: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    if (this.#isTraced(execution)) return next.handle();
    const handler = `${execution.getClass().name}.${execution.getHandler().name}`;
    return this.#traced(handler, readNestMessage(execution, handler), next);
  }

  #isTraced(execution: ExecutionContext): boolean {
    if (execution.getType() !== 'rpc' || this.#tracer.current() !== undefined) return true;
    return isTracedContext(execution.switchToRpc().getContext<unknown>());
  }

  /**
   * Runs a Nest handler inside a span. A Nest handler runs when its Observable is subscribed to. The span that is current at that
   * time is also current in the handler and in later operators (nestjs/nest #1627).
   */
  #traced(handler: string, message: NestMessage, next: CallHandler<unknown>): Observable<unknown> {
    return new Observable((subscriber) => {
      const outside = AsyncLocalStorage.snapshot();
      const work = this.#tracer.process(message, { handler, attempt: 1 });
      if (message.malformed !== undefined)
        logger.debug(
          `${handler} started a new trace, because the message's trace context is invalid: ${message.malformed}.`,
        );
      let end = UNSUBSCRIBED;
      const handling = defer(() => next.handle()).pipe(
        tap({
          error: (error: unknown) => {
            end = { failed: true, error, labels: { outcome: 'failed' } };
          },
          complete: () => {
            end = DONE;
          },
        }),
      );
      work.run(() => handling.subscribe(subscriber));
      // The teardown runs exactly once, however the stream ends, and not before `run` has returned.
      return () => {
        outside(() => {
          work.end(end);
        });
      };
    });
  }
}
