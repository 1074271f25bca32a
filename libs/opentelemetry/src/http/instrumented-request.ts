import type { Attributes } from '@opentelemetry/api';
import type { Api } from '../sdk/load-api.js';
import { rpcMetadataIn } from '../sdk/internals.js';
import { attribute } from '../spans/conventions.js';

/**
 * Names the span that another instrumentation has opened for a request. Returns whether there is such a span. The HTTP
 * instrumentation renames its span at the end, with the route in its metadata, so the metadata gets the route, too.
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
  // Any other current span belongs to other code, and keeps its name.
  return api.trace.getSpan(active) !== undefined;
}
