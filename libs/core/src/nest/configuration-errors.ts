import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ThroughlineError } from '#base';
import {
  withDefaults,
  type HandlerDefaults,
  type HandlerDefinition,
} from '../handler/handler-definition.js';
import type { IdempotencyStore } from '../idempotency/idempotency-store.js';
import { storeOf } from '../idempotency/idempotency-parts.js';
import type { Transports } from '../transports.js';
import { DEFINITION } from '../handler/message-handler.decorator.js';
import { deadLetterMistakes } from './dead-letter-checks.js';
import { handlerOptionErrors } from './handler-option-checks.js';

type Wrappers = ReturnType<DiscoveryService['getControllers']>;

/** What handlers are built on. */
export interface Foundations {
  readonly transports: Transports;
  readonly store: IdempotencyStore | undefined;
  readonly defaults: HandlerDefaults;
}

/** The handlers that the application's controllers declare. */
export const declaredHandlers = (
  discovery: DiscoveryService,
  scanner: MetadataScanner,
): readonly HandlerDefinition[] =>
  declared(discovery.getControllers(), scanner).filter(({ options }) => options.enabled !== false);

/** What is wrong with the declared handlers that no broker has to be asked for. */
export function configurationErrors(
  discovery: DiscoveryService,
  scanner: MetadataScanner,
  { transports, store, defaults }: Foundations,
): readonly ThroughlineError[] {
  const inControllers = declared(discovery.getControllers(), scanner)
    .filter(({ options }) => options.enabled !== false)
    .map((definition) => withDefaults(definition, defaults));
  const inProviders = declared(discovery.getProviders(), scanner);
  return [
    ...inControllers.flatMap(({ name, channel, options: { deadLetter } }) => [
      ...transports.errorsOf(channel, name),
      ...(typeof deadLetter === 'object' ? transports.errorsOf(deadLetter, name) : []),
    ]),
    ...inControllers
      .filter((handler) => handler.options.idempotent && storeOf(handler, store) === undefined)
      .map(remembersNowhere),
    ...inControllers.flatMap(handlerOptionErrors),
    ...inControllers.flatMap(deadLetterMistakes),
    ...inProviders.map(notInAController),
  ];
}

function declared(wrappers: Wrappers, scanner: MetadataScanner): readonly HandlerDefinition[] {
  return wrappers.flatMap(({ metatype }) => {
    const prototype: unknown = metatype?.prototype;
    if (typeof prototype !== 'object' || prototype === null) return [];
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const method: unknown = Reflect.get(prototype, name);
      if (typeof method !== 'function') return [];
      const definition = Reflect.getMetadata(DEFINITION, method) as HandlerDefinition | undefined;
      return definition === undefined ? [] : [definition];
    });
  });
}

const remembersNowhere = ({ name }: HandlerDefinition): ThroughlineError =>
  new ThroughlineError(
    'TL_STORE_MISSING',
    `${name} is idempotent, and there is nowhere to remember what was done: give ThroughlineModule.forRoot a store, ` +
      `redis({ url }) say, or the handler one of its own.`,
  );

const notInAController = ({ name }: HandlerDefinition): ThroughlineError =>
  new ThroughlineError(
    'TL_HANDLER_OUTSIDE_CONTROLLER',
    `${name} is not in a controller, so Nest would never call it: put @Controller() on its class, and the class among ` +
      `the controllers of its module.`,
  );
