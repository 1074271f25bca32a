import type { INestApplicationContext } from '@nestjs/common';
import { ApplicationConfig, GraphInspector, NestContainer } from '@nestjs/core';
import { NestMicroservice, type CustomTransportStrategy } from '@nestjs/microservices';
import { OwnLog, ThroughlineError } from '#base';

/*
 * The functions in this file use parts of Nest that are not public (@nestjs/core 12.5, nest-application-context.js). Each
 * function says what happens if a version of Nest does not have such a part.
 */

const log = new OwnLog('Throughline');

type Hook = () => Promise<unknown>;

/**
 * Connects a microservice to an application that has no `connectMicroservice`, because it was created by
 * `NestFactory.createApplicationContext` or `createMicroservice`. The result is the same as with
 * `NestApplication.connectMicroservice`.
 *
 * @throws ThroughlineError `TL_NEST_UNKNOWN`
 */
export function microserviceOf(
  app: INestApplicationContext,
  strategy: CustomTransportStrategy,
): NestMicroservice {
  const container: unknown = Reflect.get(app, 'container');
  if (!(container instanceof NestContainer)) {
    throw new ThroughlineError(
      'TL_NEST_UNKNOWN',
      "Throughline cannot find this application's dependency container. Create the application with NestFactory.create, or use a version of Nest that " +
        'Throughline supports.',
    );
  }
  const graph: unknown = Reflect.get(app, 'graphInspector');
  const microservice = new NestMicroservice(
    container,
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- Nest's own documented form
    { strategy },
    graph instanceof GraphInspector ? graph : new GraphInspector(container),
    app.get(ApplicationConfig),
  );
  microservice.registerListeners();
  microservice.setIsInitialized(true);
  microservice.setIsInitHookCalled(true);
  return microservice;
}

/**
 * Registers a function that runs when the application closes, by `app.close()` or on a signal, before any module is destroyed. If
 * this version of Nest has no hook for that, only `app.close()` waits for the function.
 */
export function beforeClosing(app: INestApplicationContext, hook: Hook): void {
  const prepare: unknown = Reflect.get(app, 'prepareClose');
  const name = typeof prepare === 'function' ? 'prepareClose' : 'close';
  if (name === 'close') {
    log.warn(
      "This version of Nest has no prepareClose() method, so Throughline cannot delay Nest's shutdown hooks. Do not call app.enableShutdownHooks(): after that call, a shutdown signal could make Nest destroy modules that handlers are still using.",
    );
  }
  // The method is read from the prototype. The method that Nest's proxy returns would call the wrapper again (nest-factory.js,
  // createExceptionZone).
  const prototype: unknown = Object.getPrototypeOf(app);
  const original: unknown =
    typeof prototype === 'object' && prototype !== null ? Reflect.get(prototype, name) : undefined;
  const wrapped = async (...args: unknown[]): Promise<unknown> => {
    await hook();
    return typeof original === 'function'
      ? (Reflect.apply(original, app, args) as unknown)
      : undefined;
  };
  // Nest's proxy around an application ignores assignments (nest-factory.js, createProxy).
  Reflect.defineProperty(app, name, { value: wrapped, configurable: true, writable: true });
}
