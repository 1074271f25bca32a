/**
 * The symbol that marks the Nest contexts of a transport that opens its messages' spans itself. {@link TracingInterceptor} ignores
 * such contexts, even if there is no current span because the tracer ignores the queue.
 *
 * @example
 * class MyContext extends BaseRpcContext { readonly [TRACED_CONTEXT] = true; }
 */
export const TRACED_CONTEXT: unique symbol = Symbol.for('throughline:traced-context');

export const isTracedContext = (context: unknown): boolean =>
  typeof context === 'object' && context !== null && TRACED_CONTEXT in context;
