export {
  BINARY_TRACEPARENT,
  decodeBinaryTraceparent,
  encodeBinaryTraceparent,
} from './formats/binary-traceparent.js';
export {
  TRACED_CONTEXT,
  traced,
  TracingInterceptor,
  type NatsHeaders,
  type TracedTo,
} from './nest-transports/index.js';
export { HTTP_ONLY } from './http/http-only.js';
export { routeOf, type RoutedRequest } from './http/route-of.js';
export { Guard } from './guard.js';
export { none } from './no-tracer.js';
export { parentOf } from './formats/parent-of.js';
export { readContext, type Carrier, type MessageContext } from './formats/read-context.js';
export { TRACER_RULE } from './tracer.js';
export { unwrapInstrumented } from './suppress/unwrap-instrumented.js';
export { formatTraceparent, parseTraceparent, type Traceparent } from './formats/traceparent.js';
export { parseTracestate } from './formats/tracestate.js';
export type {
  Content,
  End,
  Endpoint,
  Incoming,
  Labels,
  Outgoing,
  Run,
  Sending,
  SystemFacts,
  TraceIds,
  Tracer,
  Work,
} from './tracer.js';
export { formatXrayHeader, readXrayHeader } from './formats/xray-header.js';
