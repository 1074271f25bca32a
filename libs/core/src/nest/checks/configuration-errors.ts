import type { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { ThroughlineError } from '#base';
import { channelText } from 'throughline/transport';
import type { DeclaredHandler, HandlerDefinition } from '../../handler/handler-definition.js';
import type { HandlerResolver } from '../../handler/handler-resolver.js';
import type { IdempotencyStore } from '../../idempotency/idempotency-store.js';
import { storeOf } from '../../idempotency/idempotency-parts.js';
import type { Transports } from '../../transports.js';
import { declarationOf } from '../../handler/message-handler.decorator.js';
import { deadLetterErrors } from './dead-letter-checks.js';
import {
  declarationErrors,
  handlerOptionErrors,
  hasValidOptions,
} from '../../handler/handler-option-checks.js';

type Wrappers = ReturnType<DiscoveryService['getControllers']>;

/** The dependencies of the configuration checks. */
export interface Foundations {
  readonly transports: Transports;
  readonly store: IdempotencyStore | undefined;
  readonly resolver: HandlerResolver;
}

/** Whether a handler is enabled. Every value other than `false` counts as enabled. Another check reports invalid values. */
export function isEnabled({ options }: HandlerDefinition): boolean {
  const enabled: unknown = options.enabled;
  return enabled !== false;
}

/** The classes of the application's controllers. */
export const controllersOf = (discovery: DiscoveryService): ReadonlySet<unknown> =>
  new Set(discovery.getControllers().map(({ metatype }) => metatype));

/** Returns the enabled handlers that the application's controllers declare. */
export const enabledHandlers = (
  discovery: DiscoveryService,
  scanner: MetadataScanner,
  resolver: HandlerResolver,
): readonly HandlerDefinition[] =>
  [...new Set(declared(discovery.getControllers(), scanner))]
    .map((handler) => resolver.resolve(handler))
    .filter(isEnabled);

/** Returns the errors in the declared handlers that can be found without asking a broker. */
export function configurationErrors(
  discovery: DiscoveryService,
  scanner: MetadataScanner,
  { transports, store, resolver }: Foundations,
): readonly ThroughlineError[] {
  const controllers = discovery.getControllers();
  const handlers = enabledHandlers(discovery, scanner, resolver);
  const valid = handlers.filter(hasValidOptions);
  const inProviders = declared(discovery.getProviders(), scanner);
  return [
    ...resolver.errors(),
    ...handlers.flatMap(({ name, channel }) => transports.errorsOf(channel, name)),
    ...valid.flatMap(({ name, options: { deadLetter } }) =>
      typeof deadLetter === 'object' ? transports.errorsOf(deadLetter, name) : [],
    ),
    ...valid
      .filter((handler) => handler.options.idempotent && storeOf(handler, store) === undefined)
      .map(remembersNowhere),
    ...declared(controllers, scanner).flatMap(declarationErrors),
    ...handlers.flatMap(handlerOptionErrors),
    ...valid.flatMap(deadLetterErrors),
    ...sharedNames(handlers),
    ...inProviders.map(notInAController),
  ];
}

/**
 * Returns an error for each name that several handlers share. A name identifies one handler in idempotency entries, dead letters,
 * metrics and control.
 */
const sharedNames = (handlers: readonly HandlerDefinition[]): readonly ThroughlineError[] =>
  [...Map.groupBy(handlers, ({ name }) => name)]
    .filter(([, ofName]) => ofName.length > 1)
    .map(
      ([name, ofName]) =>
        new ThroughlineError(
          'TL_HANDLER_DUPLICATE',
          `The handlers for ${ofName.map(({ channel }) => channelText(channel)).join(' and ')} have the same name, "${name}". ` +
            "Give each handler a unique name: { name: 'process-order' }.",
        ),
    );

function declared(wrappers: Wrappers, scanner: MetadataScanner): readonly DeclaredHandler[] {
  return wrappers.flatMap(({ metatype }) => {
    const prototype: unknown = metatype?.prototype;
    if (typeof prototype !== 'object' || prototype === null) return [];
    return scanner.getAllMethodNames(prototype).flatMap((name) => {
      const method: unknown = Reflect.get(prototype, name);
      if (typeof method !== 'function') return [];
      return declarationOf(method) ?? [];
    });
  });
}

const remembersNowhere = ({ name }: HandlerDefinition): ThroughlineError =>
  new ThroughlineError(
    'TL_STORE_MISSING',
    `${name} is idempotent, but has no idempotency store. Set store in ThroughlineModule.forRoot, for example ` +
      `redis({ url }), or set idempotent.store on the handler.`,
  );

const notInAController = ({ name }: DeclaredHandler): ThroughlineError =>
  new ThroughlineError(
    'TL_HANDLER_OUTSIDE_CONTROLLER',
    `${name} is not in a controller, so Nest would never call it. Add @Controller() to its class, and add the class to the ` +
      'controllers of its module.',
  );
