import type { ApplicationConfig, DiscoveryService, MetadataScanner } from '@nestjs/core';
import { HTTP_ONLY } from 'throughline/tracing';
import type { NestHandler } from '../../pipeline/compose.js';
import type { DeclaredHandler } from '../../handler/handler-definition.js';
import { declarationOf, hasOwnParameters } from '../../handler/message-handler.decorator.js';
import { OriginalErrorFilter } from '../original-error.filter.js';

type Wrapper = ReturnType<DiscoveryService['getControllers']>[number];

/**
 * Keys of Nest's metadata that add nothing around a handler, whether on its class or on its method (@nestjs/common,
 * constants.js). Any other key of the form `__guards__` counts as an enhancer, even one that this version of Throughline does not
 * know.
 */
const NOT_AROUND: ReadonlySet<unknown> = new Set([
  '__controller__',
  '__injectable__',
  '__entryProvider__',
  '__version__',
]);

const isEnhancer = (key: unknown): boolean =>
  typeof key === 'string' && /^__\w+__$/.test(key) && !NOT_AROUND.has(key);

const isBare = (target: object): boolean => !Reflect.getMetadataKeys(target).some(isEnhancer);

const isForHttpOnly = (enhancer: unknown): boolean =>
  typeof enhancer === 'object' &&
  enhancer !== null &&
  Reflect.get(enhancer.constructor, HTTP_ONLY) === true;

/** The parts of an application's configuration that are not enhancers. */
const NO_ENHANCERS: ReadonlySet<string> = new Set(['getGlobalPrefix', 'getGlobalPrefixOptions']);

/**
 * Returns everything that the application adds around every handler, including kinds of enhancers that this version of
 * Throughline does not know.
 */
const enhancersOf = (config: ApplicationConfig): readonly unknown[] =>
  Object.getOwnPropertyNames(Object.getPrototypeOf(config))
    .filter((name) => name.startsWith('getGlobal') && !NO_ENHANCERS.has(name))
    .flatMap((name) => {
      const read: unknown = Reflect.get(config, name);
      return typeof read === 'function' ? (Reflect.apply(read, config, []) as unknown) : [];
    });

/** Whether the application adds nothing around every handler. */
const isBareApplication = (config: ApplicationConfig): boolean =>
  enhancersOf(config).every(
    (enhancer) => enhancer instanceof OriginalErrorFilter || isForHttpOnly(enhancer),
  );

/**
 * Returns the handlers that Nest does not wrap: their controller is a singleton, and no guard, interceptor, pipe or filter
 * applies to them, except those that are for HTTP only. Throughline calls these handlers directly. A call through Nest creates
 * ten promises per message, which cost more than all other processing together (docs/performance.md).
 */
export function directCalls(
  discovery: DiscoveryService,
  scanner: MetadataScanner,
  config: ApplicationConfig,
): ReadonlyMap<DeclaredHandler, NestHandler> {
  if (!isBareApplication(config)) return new Map();
  const found = discovery.getControllers().flatMap((wrapper) => bareMethodsOf(wrapper, scanner));
  const times = Map.groupBy(found, ([declared]) => declared);
  return new Map(found.filter(([declared]) => times.get(declared)?.length === 1));
}

function bareMethodsOf(
  wrapper: Wrapper,
  scanner: MetadataScanner,
): readonly (readonly [DeclaredHandler, NestHandler])[] {
  const instance: unknown = wrapper.instance;
  if (!wrapper.isDependencyTreeStatic() || typeof instance !== 'object' || instance === null) {
    return [];
  }
  if (!isBare(instance.constructor)) return [];
  return scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object).flatMap((name) => {
    const method: unknown = Reflect.get(instance, name);
    if (typeof method !== 'function' || !isBare(method) || hasOwnParameters(method)) return [];
    const declared = declarationOf(method);
    const call: NestHandler = (payload, delivery): unknown =>
      Reflect.apply(method, instance, [payload, delivery]);
    return declared === undefined ? [] : [[declared, call] as const];
  });
}
