import type { Attributes, Span } from '@opentelemetry/api';
import { attribute } from '../spans/conventions.js';
import { isObject } from '../is-object.js';
import type { Api } from '../sdk/load-api.js';

/** What instrumentations of HTTP leave in the context for those of frameworks (`@opentelemetry/core`, rpc-metadata). */
interface RpcMetadata {
  readonly span: Span;
  route?: unknown;
}

const RPC_METADATA = 'OpenTelemetry SDK Context Key RPC_METADATA';

const isRpcMetadata = (value: unknown): value is RpcMetadata =>
  isObject(value) && 'span' in value && isObject(value.span);

/**
 * Names the span of a request that something has opened already; says whether there is one. The instrumentation of HTTP names
 * its span anew at the end, by the route that it has been told.
 */
export function nameCurrent(api: Api, name: string, attributes: Attributes): boolean {
  const active = api.context.active();
  const metadata = active.getValue(api.createContextKey(RPC_METADATA));
  if (isRpcMetadata(metadata)) {
    metadata.route = attributes[attribute.httpRoute] ?? metadata.route;
    metadata.span.updateName(name);
    metadata.span.setAttributes(attributes);
    return true;
  }
  // Whatever else is current is somebody's own, and keeps its name.
  return api.trace.getSpan(active) !== undefined;
}
