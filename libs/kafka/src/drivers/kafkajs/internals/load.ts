import { createRequire } from 'node:module';

import type * as KafkaJs from 'kafkajs';
import { ThroughlineError } from '#base';

export type KafkaJsModule = typeof KafkaJs;

/** Loads kafkajs, an optional peer dependency, when its driver is first used. */
export function loadKafkaJs(load: (path: string) => unknown = requireHere): KafkaJsModule {
  return loadFile('kafkajs', load) as KafkaJsModule;
}

/** Loads a file of kafkajs. The package has no `exports`, so all of its files can be loaded. */
export function loadFile(path: string, load: (path: string) => unknown = requireHere): unknown {
  try {
    return load(path);
  } catch (cause) {
    throw new ThroughlineError(
      'TL_KAFKA_CLIENT_MISSING',
      'The kafkajs driver needs kafkajs 2.2.4, which could not be loaded. Run `npm install kafkajs@2.2.4`, or use another driver.',
      { cause },
    );
  }
}

/** Returns the prototype of a kafkajs class. Throws if one of the methods is missing. */
export function prototypeOf<T extends object>(
  file: string,
  methods: readonly (keyof T & string)[],
): T {
  const { prototype } = loadFile(`kafkajs/src/${file}`) as { prototype?: T };
  if (prototype === undefined) throw unsupported(file);
  for (const method of methods) {
    if (typeof prototype[method] !== 'function') throw unsupported(`${file}.${method}`);
  }
  return prototype;
}

/** Returns the function or class that a kafkajs file exports. */
export function functionOf(file: string): unknown {
  const loaded = loadFile(`kafkajs/src/${file}`);
  if (typeof loaded !== 'function') throw unsupported(file);
  return loaded;
}

export function unsupported(what: string): ThroughlineError {
  return new ThroughlineError(
    'TL_KAFKA_CLIENT_UNSUPPORTED',
    `The installed kafkajs has no ${what}. The driver needs kafkajs 2.2.4. Run \`npm install kafkajs@2.2.4\`.`,
  );
}

/**
 * Marks an error so that kafkajs does not retry after it. Otherwise, kafkajs would retry forever, in some cases even after
 * `disconnect()`.
 */
export const final = (error: Error): Error => Object.assign(error, { retriable: false });

/**
 * Wraps an error that kafkajs must pass on at once. kafkajs replaces the wrapper with an error of its own, and keeps only the cause
 * (retry/index).
 */
export const passedOn = (error: ThroughlineError): Error =>
  final(new Error(error.message, { cause: error }));

/** Returns the error that kafkajs creates for a broker's error code. */
export function errorOfCode(code: number): Error & { readonly retriable: boolean } {
  const file = loadFile('kafkajs/src/protocol/error') as {
    createErrorFromCode?(code: number): Error & { readonly retriable: boolean };
  };
  if (file.createErrorFromCode === undefined) throw unsupported('protocol/error');
  return file.createErrorFromCode(code);
}

const loaded = new Map<string, unknown>();

/** Loads a file once. Reading a fetch response needs one of these files, and `require` would resolve its path again each time. */
function requireHere(path: string): unknown {
  if (!loaded.has(path)) loaded.set(path, createRequire(import.meta.url)(path));
  return loaded.get(path);
}
