export { traced } from './traced.js';
export type { NatsHeaders } from './injectors.js';
export { TRACED_CONTEXT } from './traced-context.js';
export type { TracedTo } from './traced-to.js';
export { TracingInterceptor } from './tracing.interceptor.js';
