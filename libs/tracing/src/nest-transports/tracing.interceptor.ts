import { AsyncLocalStorage } from 'node:async_hooks';
import {
  Logger,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { defer, Observable, tap } from 'rxjs';
import type { End, Tracer } from '../tracer.js';
import { isTracedContext } from './traced-context.js';
import { foreignMessage, type ForeignMessage } from './nest-message.js';

const DONE: End = { failed: false, labels: { outcome: 'done' } };
/** Whoever listened had enough: `take(1)`, a timeout, a request that was given up. */
const LEFT: End = { failed: false, labels: { outcome: 'unsubscribed' } };

const logger = new Logger('TracingInterceptor');

/**
 * Continues the trace in handlers on transports that are not Throughline's: Nest's own Kafka, RabbitMQ, NATS and MQTT, whose
 * messages carry a context; on any other (Redis, TCP) each message begins a trace. It does nothing where something is current
 * already, as on Throughline's own transports and in an HTTP request, so that it may be global in an application with all of
 * them.
 *
 * An interceptor runs after the guards: those do not see the trace. Pipes, the handler, its Observable and filters do.
 *
 * @example
 * app.useGlobalInterceptors(new TracingInterceptor(app.get(TRACER)));
 * @example
 * // or as a provider, TRACER being exported by `throughline`
 * { provide: APP_INTERCEPTOR, inject: [TRACER], useFactory: (tracer: Tracer) => new TracingInterceptor(tracer) }
 */
export class TracingInterceptor implements NestInterceptor {
  readonly #tracer: Tracer;

  constructor(tracer: Tracer) {
    this.#tracer = tracer;
  }

  intercept(execution: ExecutionContext, next: CallHandler<unknown>): Observable<unknown> {
    if (this.#isTraced(execution)) return next.handle();
    const handler = `${execution.getClass().name}.${execution.getHandler().name}`;
    return this.#traced(handler, foreignMessage(execution, handler), next);
  }

  #isTraced(execution: ExecutionContext): boolean {
    if (execution.getType() !== 'rpc' || this.#tracer.current() !== undefined) return true;
    return isTracedContext(execution.switchToRpc().getContext<unknown>());
  }

  /** Nest's handler runs when it is subscribed to: what is current then is so for it, and for late operators (nestjs/nest #1627). */
  #traced(
    handler: string,
    message: ForeignMessage,
    next: CallHandler<unknown>,
  ): Observable<unknown> {
    return new Observable((subscriber) => {
      const outside = AsyncLocalStorage.snapshot();
      const work = this.#tracer.process(message, { handler, attempt: 1 });
      if (message.malformed !== undefined)
        logger.debug(`${handler}: cannot read ${message.malformed}`);
      let end = LEFT;
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
      // A teardown runs once, whichever way it ends, and not before `run` has returned.
      return () => {
        outside(() => {
          work.end(end);
        });
      };
    });
  }
}
