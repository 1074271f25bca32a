/**
 * A Nest context that has this is of a transport that opens its messages' spans itself, and {@link TracingInterceptor} leaves its
 * handlers alone: also where nothing is current since the tracer was told to ignore the queue.
 *
 * @example
 * class MyContext extends BaseRpcContext { readonly [TRACED_CONTEXT] = true; }
 */
export const TRACED_CONTEXT: unique symbol = Symbol.for('throughline:traced-context');

export const isTracedContext = (context: unknown): boolean =>
  typeof context === 'object' && context !== null && TRACED_CONTEXT in context;
