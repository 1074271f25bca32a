/**
 * The symbol that marks a Nest context whose transport opens the span of the message itself. {@link TracingInterceptor} ignores
 * such a context, even if there is no current span, as for a queue that the tracer ignores.
 *
 * @example
 * class MyContext extends BaseRpcContext { readonly [TRACED_CONTEXT] = true; }
 */
export const TRACED_CONTEXT: unique symbol = Symbol.for('throughline:traced-context');

export const isTracedContext = (context: unknown): boolean =>
  typeof context === 'object' && context !== null && TRACED_CONTEXT in context;
