import { createRequire } from 'node:module';
import type * as OpenTelemetryApi from '@opentelemetry/api';
import { isObject } from '../is-object.js';
import { OpenTelemetryTracerError } from '../opentelemetry-tracer-error.js';

/** The API as a module: `trace`, `context`, `metrics` and what belongs to them. */
export type Api = typeof OpenTelemetryApi;

/** Finds a package by its name, as Node's own `require` does. */
export type Require = (name: string) => unknown;

const PACKAGE = '@opentelemetry/api';
const NEEDED = ['trace', 'context', 'metrics', 'ROOT_CONTEXT', 'createContextKey'];

const isApi = (found: unknown): found is Api =>
  isObject(found) && NEEDED.every((name) => name in found);

/** Node names the wanted package on the first line; the lines below it tell who wanted it. */
const isMissing = (error: unknown): boolean =>
  isObject(error) &&
  'code' in error &&
  error.code === 'MODULE_NOT_FOUND' &&
  'message' in error &&
  String(error.message).split('\n', 1).join().includes(`'${PACKAGE}'`);

function requireApi(find: Require): unknown {
  try {
    return find(PACKAGE);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new OpenTelemetryTracerError(
      'TL_OPENTELEMETRY_API_MISSING',
      `The OpenTelemetry tracer needs the package ${PACKAGE}, which is not installed. ` +
        `Run "npm install ${PACKAGE}" beside your OpenTelemetry SDK, or choose another tracer.`,
      { cause },
    );
  }
}

/**
 * Loads the API. It is required and not imported, since its absence has to be an error of ours with a way out. Several copies
 * of it in one process share what an SDK has registered.
 */
export function loadApi(find: Require = createRequire(import.meta.url)): Api {
  const found = requireApi(find);
  if (isApi(found)) return found;
  throw new OpenTelemetryTracerError(
    'TL_OPENTELEMETRY_API_UNKNOWN',
    `The package ${PACKAGE} that was found is not OpenTelemetry's API. Throughline knows version 1.`,
  );
}
