import type { Type } from '@nestjs/common';
import { TRACER_RULE, type Tracer } from 'throughline/tracing';
import { isRecord, rule, type RulesFor } from '#base';
import { STORE_RULE, type IdempotencyStore } from '../idempotency/idempotency-store.js';
import type { Transport } from 'throughline/transport';
import type { HandlerDefaults } from '../handler/handler-definition.js';
import type { HandlerOverride } from '../handler/override.js';
import type { FAST_PATHS, FastPaths } from '../pipeline/fast-paths.js';
import type { MessageMiddleware, MiddlewareFunction } from '../middleware.js';

/** Options of `ThroughlineModule.forRoot`. */
export interface ThroughlineOptions {
  /** The application's name. It is the default consumer group and the client id. */
  readonly name: string;
  /** The tracer: `elastic()`, `opentelemetry()` or `none()` (default). */
  readonly tracer?: Tracer;
  /** The transports: `sqs()`, `kafka()` or both. */
  readonly transports: readonly Transport[];
  /**
   * The idempotency store for handlers with `idempotent`: `redis({ url })`, or `memoryStore()` for a single process whose entries
   * may be lost at a restart. Throughline closes it with the application. Default: none.
   */
  readonly store?: IdempotencyStore;
  /**
   * The middleware around every handler, outermost first: functions or injectable classes. If no module provides a class, the
   * class can inject only what is available to `ThroughlineModule`. Default: none.
   *
   * @example
   * ThroughlineModule.forRoot({ name: 'order-service', transports: [sqs()], use: [TenantMiddleware] })
   */
  readonly use?: readonly (Type<MessageMiddleware> | MiddlewareFunction)[];
  /**
   * The default options of all handlers in the application. `defineHandler` and the handler itself override them. Default: none.
   *
   * @example
   * ThroughlineModule.forRoot({ name: 'order-service', transports: [sqs()], defaults: { concurrency: 20, timeout: '1m' } })
   */
  readonly defaults?: HandlerDefaults;
  /**
   * Options for individual handlers in this deployment. They replace the options that the handlers themselves set. Default: none.
   *
   * @example
   * overrides: [override(OrderProcessor, 'process', { concurrency: 50 })]
   */
  readonly overrides?: readonly HandlerOverride[];
  /** @internal Turns off optimizations in tests. */
  readonly [FAST_PATHS]?: FastPaths;
}

/**
 * The injection token of the application's tracer.
 *
 * @example
 * constructor(@Inject(TRACER) private readonly tracer: Tracer) {}
 * …
 * this.tracer.current()?.traceId
 */
export const TRACER = Symbol('throughline:tracer');

/** The injection token of the options of `ThroughlineModule`. */
export const OPTIONS = Symbol('throughline:options');

const TRANSPORT = rule.withMethods('a transport, such as memory()', 'open', 'channelOf');

/** The rules for {@link ThroughlineOptions}. `use`, `defaults` and `overrides` are checked with the handlers. */
export const ROOT_RULES: RulesFor<ThroughlineOptions> = {
  name: rule.required(rule.text),
  tracer: TRACER_RULE,
  transports: rule.required(rule.filledListOf(TRANSPORT)),
  store: STORE_RULE,
  use: rule.listOf(rule.anything),
  defaults: rule.anything,
  overrides: rule.listOf(rule.anything),
};

/** Returns the transports in the options. The options may be invalid, so this function checks their form. */
export function transportsIn(options: unknown): readonly Transport[] {
  const transports: unknown = isRecord(options) ? options.transports : undefined;
  return Array.isArray(transports) ? transports.filter(isTransport) : [];
}

const isTransport = (value: unknown): value is Transport => TRANSPORT.accepts(value);
