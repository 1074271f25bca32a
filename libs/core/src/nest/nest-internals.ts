import type { INestApplicationContext } from '@nestjs/common';
import { ApplicationConfig, GraphInspector, NestContainer } from '@nestjs/core';
import { NestMicroservice, type CustomTransportStrategy } from '@nestjs/microservices';
import { OwnLog, ThroughlineError } from '#base';

/*
 * What Throughline uses of Nest beyond its public interfaces (@nestjs/core 12.5, nest-application-context.js), each with a way out
 * where it is missing.
 */

const log = new OwnLog('Throughline');

type Hook = () => Promise<unknown>;

/**
 * A microservice of an application that has no `connectMicroservice`: one made by `NestFactory.createApplicationContext` or
 * `createMicroservice`. It is what `NestApplication.connectMicroservice` does.
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
      'Throughline cannot find the container of this application. Create it with NestFactory.create, or use a version of Nest that ' +
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
 * Does something before anything else when the application closes, by `app.close()` and on a signal alike, while no module is
 * destroyed yet. Where Nest has no such place, only `app.close()` waits for it.
 */
export function beforeClosing(app: INestApplicationContext, hook: Hook): void {
  const prepare: unknown = Reflect.get(app, 'prepareClose');
  const name = typeof prepare === 'function' ? 'prepareClose' : 'close';
  if (name === 'close') {
    log.warn(
      'This version of Nest has no prepareClose. If you call app.enableShutdownHooks(), a signal may destroy modules while handlers still use them.',
    );
  }
  // Of the prototype: what Nest's proxy answers with would call the wrapper again (nest-factory.js, createExceptionZone).
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
