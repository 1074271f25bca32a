import type { NestInterceptor } from '@nestjs/common';
import type { ApplicationConfig, DiscoveryService, MetadataScanner } from '@nestjs/core';
import { HTTP_ONLY } from 'throughline/tracing';
import type { NestHandler } from '../pipeline/compose.js';
import type { HandlerDefinition } from '../handler/handler-definition.js';
import { DEFINITION, hasOwnParameters } from '../handler/message-handler.decorator.js';
import { OriginalErrorFilter } from './original-error.filter.js';

type Wrapper = ReturnType<DiscoveryService['getControllers']>[number];

/** What Nest keeps of @UseGuards, @UseInterceptors, @UsePipes and @UseFilters (@nestjs/common, constants.js). */
const AROUND = ['__guards__', '__interceptors__', '__pipes__', '__exceptionFilters__'];

const isBare = (target: object): boolean =>
  AROUND.every((key) => !Reflect.hasMetadata(key, target));

const isHttpOnly = ({ constructor }: NestInterceptor): boolean =>
  Reflect.get(constructor, HTTP_ONLY) === true;

/** Whether the application puts nothing of its own around every handler. */
const isBareApplication = (config: ApplicationConfig): boolean =>
  [
    config.getGlobalGuards(),
    config.getGlobalInterceptors().filter((interceptor) => !isHttpOnly(interceptor)),
    config.getGlobalPipes(),
    config.getGlobalFilters().filter((filter) => !(filter instanceof OriginalErrorFilter)),
    config.getGlobalPreRequestHooks(),
    config.getGlobalRequestGuards(),
    config.getGlobalRequestInterceptors(),
    config.getGlobalRequestPipes(),
    config.getGlobalRequestFilters(),
  ].every(({ length }) => length === 0);

/**
 * The handlers that Nest would do nothing around: no guard, interceptor, pipe or filter, neither their own nor the
 * application's (save for HTTP only), in a controller that is there once. Such a method is called as it is. Nest's way to it is ten promises a
 * message, more than everything else together (docs/performance.md).
 */
export function directCalls(
  discovery: DiscoveryService,
  scanner: MetadataScanner,
  config: ApplicationConfig,
): ReadonlyMap<HandlerDefinition, NestHandler> {
  if (!isBareApplication(config)) return new Map();
  const found = discovery.getControllers().flatMap((wrapper) => bareMethodsOf(wrapper, scanner));
  const times = Map.groupBy(found, ([definition]) => definition);
  return new Map(found.filter(([definition]) => times.get(definition)?.length === 1));
}

function bareMethodsOf(
  wrapper: Wrapper,
  scanner: MetadataScanner,
): readonly (readonly [HandlerDefinition, NestHandler])[] {
  const instance: unknown = wrapper.instance;
  if (!wrapper.isDependencyTreeStatic() || typeof instance !== 'object' || instance === null) {
    return [];
  }
  if (!isBare(instance.constructor)) return [];
  return scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object).flatMap((name) => {
    const method: unknown = Reflect.get(instance, name);
    if (typeof method !== 'function' || !isBare(method) || hasOwnParameters(method)) return [];
    const definition = Reflect.getMetadata(DEFINITION, method) as HandlerDefinition | undefined;
    const call: NestHandler = (payload, delivery): unknown =>
      Reflect.apply(method, instance, [payload, delivery]);
    return definition === undefined ? [] : [[definition, call] as const];
  });
}
