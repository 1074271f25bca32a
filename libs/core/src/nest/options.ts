import type { Type } from '@nestjs/common';
import type { Tracer } from 'throughline/tracing';
import type { IdempotencyStore } from '../idempotency/idempotency-store.js';
import type { Transport } from 'throughline/transport';
import type { HandlerDefaults } from '../handler/handler-definition.js';
import type { HandlerOverride } from '../handler/override.js';
import type { FAST_PATHS, FastPaths } from '../pipeline/fast-paths.js';
import type { MessageMiddleware, MiddlewareFunction } from '../middleware.js';

/** What an application says of itself, once. */
export interface ThroughlineOptions {
  /** The application's name: its default consumer group, and its clients' id. */
  readonly name: string;
  /** What traces are written with: `elastic()`, or `none()` (default). */
  readonly tracer?: Tracer;
  /** The brokers that it takes part in: `sqs()`, `kafka()`, or one of them. */
  readonly transports: readonly Transport[];
  /**
   * Where handlers with `idempotent` remember what they have done: `redis({ url })`, or `memoryStore()` where there is one process
   * and a restart may forget. It is closed with the application. Default: none.
   */
  readonly store?: IdempotencyStore;
  /**
   * Steps of your own around every handler, the first outermost: functions, or injectable classes. A class that no module provides
   * is created with what `ThroughlineModule` can inject. Default: none.
   *
   * @example
   * ThroughlineModule.forRoot({ name: 'order-service', transports: [sqs()], use: [TenantMiddleware] })
   */
  readonly use?: readonly (Type<MessageMiddleware> | MiddlewareFunction)[];
  /**
   * Options for all handlers, where a handler and its `defineHandler` say nothing. Default: none.
   *
   * @example
   * ThroughlineModule.forRoot({ name: 'order-service', transports: [sqs()], defaults: { concurrency: 20, timeout: '1m' } })
   */
  readonly defaults?: HandlerDefaults;
  /**
   * Options of single handlers in this deployment. They are stronger than the handler's own. Default: none.
   *
   * @example
   * overrides: [override(OrderProcessor, 'process', { concurrency: 50 })]
   */
  readonly overrides?: readonly HandlerOverride[];
  /** @internal for tests that run without them */
  readonly [FAST_PATHS]?: FastPaths;
}

/**
 * Under this token the application's tracer is provided.
 *
 * @example
 * constructor(@Inject(TRACER) private readonly tracer: Tracer) {}
 * …
 * this.tracer.current()?.traceId
 */
export const TRACER = Symbol('throughline:tracer');

/** Under this token the options are provided. */
export const OPTIONS = Symbol('throughline:options');
