import type { Attributes } from '@opentelemetry/api';
import type { Api } from '../sdk/load-api.js';
import { rpcMetadataIn } from '../sdk/internals.js';
import { attribute } from '../spans/conventions.js';

/**
 * Names the span that another instrumentation opened for a request, and returns whether there is one. The HTTP instrumentation
 * renames its span at the end, using the route in its metadata.
 */
export function nameCurrent(api: Api, name: string, attributes: Attributes): boolean {
  const active = api.context.active();
  const metadata = rpcMetadataIn(api, active);
  if (metadata !== undefined) {
    metadata.route = attributes[attribute.httpRoute] ?? metadata.route;
    metadata.span.updateName(name);
    metadata.span.setAttributes(attributes);
    return true;
  }
  // Any other current span is somebody's own, and keeps its name.
  return api.trace.getSpan(active) !== undefined;
}
