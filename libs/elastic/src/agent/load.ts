import { createRequire } from 'node:module';
import type { Agent } from 'elastic-apm-node';
import { ElasticTracerError } from '../elastic-tracer-error.js';

/** Finds a package by its name, as Node's own `require` does. */
export type Require = (name: string) => unknown;

const PACKAGE = 'elastic-apm-node';

const isAgent = (found: unknown): found is Agent =>
  typeof found === 'object' &&
  found !== null &&
  'startTransaction' in found &&
  'isStarted' in found;

/** Node names the wanted package on the first line; the lines below it tell who wanted it. */
const isMissing = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return false;
  if (!('code' in error && 'message' in error) || error.code !== 'MODULE_NOT_FOUND') return false;
  return String(error.message).split('\n', 1)[0]?.includes(`'${PACKAGE}'`) === true;
};

function requireAgent(find: Require): unknown {
  try {
    return find(PACKAGE);
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
    throw new ElasticTracerError(
      'TL_ELASTIC_AGENT_MISSING',
      `The Elastic tracer needs the package ${PACKAGE}, which is not installed. ` +
        `Run "npm install ${PACKAGE}", or choose another tracer.`,
      { cause },
    );
  }
}

/**
 * Loads the agent. It is required and not imported: it is CommonJS, one instance for the whole process, and its absence has
 * to be an error of ours with a way out.
 */
export function loadAgent(find: Require = createRequire(import.meta.url)): Agent {
  const found = requireAgent(find);
  if (isAgent(found)) return found;
  throw new ElasticTracerError(
    'TL_ELASTIC_AGENT_UNKNOWN',
    `The package ${PACKAGE} that was found is not Elastic's agent. Throughline knows version 4.`,
  );
}
