import { ThroughlineError } from '#base';

import { loadFile } from './load.js';

/** The prototype of a class of kafkajs, which has these methods. */
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

/** What one of kafkajs's files exports: a function or a class. */
export function functionOf(file: string): unknown {
  const loaded = loadFile(`kafkajs/src/${file}`);
  if (typeof loaded !== 'function') throw unsupported(file);
  return loaded;
}

export function unsupported(what: string): ThroughlineError {
  return new ThroughlineError(
    'TL_KAFKA_CLIENT_UNSUPPORTED',
    `This kafkajs has no ${what}; the driver is made for kafkajs 2.2.4. Run \`npm install kafkajs@2.2.4\`.`,
  );
}
