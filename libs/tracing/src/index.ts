export {
  BINARY_TRACEPARENT,
  decodeBinaryTraceparent,
  encodeBinaryTraceparent,
} from './binary-traceparent.js';
export {
  TRACED_CONTEXT,
  traced,
  TracingInterceptor,
  type NatsHeaders,
  type TracedTo,
} from './foreign/index.js';
export { HTTP_ONLY } from './http-only.js';
export { Guard } from './guard.js';
export { none } from './no-tracer.js';
export { parentOf } from './parent-of.js';
export { readContext, type Carrier, type MessageContext } from './read-context.js';
export { unwrapInstrumented } from './suppress/unwrap-instrumented.js';
export { formatTraceparent, parseTraceparent, type Traceparent } from './traceparent.js';
export { parseTracestate } from './tracestate.js';
export type {
  Content,
  End,
  Endpoint,
  Incoming,
  Labels,
  Outgoing,
  Run,
  Sending,
  TraceIds,
  Tracer,
  Work,
} from './tracer.js';
export { formatXrayHeader, readXrayHeader } from './xray-header.js';
