import { createRequire } from 'node:module';
import { ThroughlineError } from './errors/errors.js';
import { isObject } from './options/is-object.js';

/** A function that finds a module by its specifier, as Node's own `require` does. */
export type Require = (specifier: string) => unknown;

/** A package that only some features of Throughline need. An application that uses such a feature installs the package itself. */
export interface Peer {
  /** What `require` loads: the package, such as `kafkajs`, or one of its files, such as `kafkajs/src/protocol`. */
  readonly specifier: string;
  /** The argument of `npm install`, such as `kafkajs@2.2.4`. Default: the specifier. */
  readonly install?: string;
  /** What needs the package, such as `The Elastic tracer`. The error message begins with this text. */
  readonly neededBy: string;
  /** What the user can do instead of installing the package, such as `choose another tracer`. */
  readonly alternative: string;
  /** The code of the error if the package is not installed. */
  readonly code: `TL_${string}`;
}

/**
 * Loads an optional peer dependency synchronously with `require`. Call it only when the package is needed. An error in the
 * package itself, such as a missing dependency, is thrown unchanged.
 *
 * @param find Default: `require`, as seen from this package.
 * @throws {ThroughlineError} with the peer's code if the package is not installed. The message names the package to install.
 */
export function loadPeer(peer: Peer, find: Require = createRequire(import.meta.url)): unknown {
  const { specifier, install = specifier, neededBy, alternative, code } = peer;
  try {
    return find(specifier);
  } catch (cause) {
    if (!isMissing(specifier, cause)) throw cause;
    throw new ThroughlineError(
      code,
      `${neededBy} needs the ${install} package, which is not installed. Run "npm install ${install}", or ${alternative}.`,
      { cause },
    );
  }
}

/**
 * Whether an error means that the given module is missing. Node names the missing module on the first line of the error's message,
 * and the modules that required it on the following lines.
 */
const isMissing = (specifier: string, error: unknown): boolean =>
  isObject(error) &&
  'code' in error &&
  error.code === 'MODULE_NOT_FOUND' &&
  'message' in error &&
  String(error.message).split('\n', 1).join().includes(`'${specifier}'`);
