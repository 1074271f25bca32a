import { createRequire } from 'node:module';

import type * as KafkaJs from 'kafkajs';
import { ThroughlineError } from '#base';

export type KafkaJsModule = typeof KafkaJs;

/** Loads kafkajs, an optional peer, and only where its driver is used. */
export function loadKafkaJs(load: (path: string) => unknown = requireHere): KafkaJsModule {
  return loadFile('kafkajs', load) as KafkaJsModule;
}

/** Loads one of kafkajs's own files; the package has no `exports`, so all of them can be reached. */
export function loadFile(path: string, load: (path: string) => unknown = requireHere): unknown {
  try {
    return load(path);
  } catch (cause) {
    throw new ThroughlineError(
      'TL_KAFKA_CLIENT_MISSING',
      'The kafkajs driver needs the package kafkajs 2.2.4, which cannot be loaded. Run `npm install kafkajs@2.2.4`, or use another driver.',
      { cause },
    );
  }
}

function requireHere(path: string): unknown {
  return createRequire(import.meta.url)(path);
}
