import type * as OpenTelemetryApi from '@opentelemetry/api';
import { isObject, loadPeer, ThroughlineError, type Peer, type Require } from '#base';

/** The API module, with `trace`, `context`, `metrics` and related exports. */
export type Api = typeof OpenTelemetryApi;

const PEER: Peer = {
  specifier: '@opentelemetry/api',
  neededBy: 'The OpenTelemetry tracer',
  alternative: 'choose another tracer',
  code: 'TL_OPENTELEMETRY_API_MISSING',
};

const NEEDED = ['trace', 'context', 'metrics', 'ROOT_CONTEXT', 'createContextKey'];

const isApi = (found: unknown): found is Api =>
  isObject(found) && NEEDED.every((name) => name in found);

/** Loads the API. All copies of the API in a process use the SDK that was registered with any of them. */
export function loadApi(find?: Require): Api {
  const found = loadPeer(PEER, find);
  if (isApi(found)) return found;
  throw new ThroughlineError(
    'TL_OPENTELEMETRY_API_UNKNOWN',
    `The installed ${PEER.specifier} package does not provide the OpenTelemetry API that Throughline expects. Install version 1.`,
  );
}
