import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import { sentenceOf, ThroughlineError } from '#base';
import type { MessageMiddleware, MiddlewareFunction } from '../middleware.js';
import { middleware } from '../pipeline/steps/middleware.js';
import type { Step } from '../pipeline/step.js';

/** The result of resolving `use`: the steps, and an error for each entry that could not be resolved. */
export interface ResolvedMiddleware {
  readonly steps: readonly Step[];
  readonly errors: readonly ThroughlineError[];
}

/** Resolves `use` of `ThroughlineModule.forRoot`: Nest creates the classes, and functions are used directly. */
export async function resolveMiddleware(
  use: readonly (Type<MessageMiddleware> | MiddlewareFunction)[],
  moduleRef: ModuleRef,
): Promise<ResolvedMiddleware> {
  const resolved = await Promise.all(use.map((one) => stepOf(one, moduleRef)));
  return {
    steps: resolved.filter((one) => !(one instanceof ThroughlineError)),
    errors: resolved.filter((one) => one instanceof ThroughlineError),
  };
}

async function stepOf(
  one: Type<MessageMiddleware> | MiddlewareFunction,
  moduleRef: ModuleRef,
): Promise<Step | ThroughlineError> {
  if (isMiddlewareClass(one)) return stepOfClass(one, moduleRef);
  if (typeof one !== 'function' || isClass(one)) return neitherClassNorFunction(one);
  return middleware(one.name || 'middleware', one);
}

async function stepOfClass(
  type: Type<MessageMiddleware>,
  moduleRef: ModuleRef,
): Promise<Step | ThroughlineError> {
  try {
    const instance = provided(type, moduleRef) ?? (await moduleRef.create(type));
    return middleware(type.name, (delivery, next) => instance.use(delivery, next));
  } catch (error) {
    return new ThroughlineError(
      'TL_MIDDLEWARE_UNRESOLVED',
      `The middleware ${type.name} cannot be created: ${sentenceOf(error)} Add the middleware to the providers of a module that has its dependencies.`,
      { cause: error },
    );
  }
}

/** Returns the application's own instance of a middleware class, whichever module provides it. */
function provided(
  type: Type<MessageMiddleware>,
  moduleRef: ModuleRef,
): MessageMiddleware | undefined {
  try {
    return moduleRef.get(type, { strict: false });
  } catch (error) {
    // If a module provides the class in another scope, no second instance may be created: resolving fails instead.
    if (error instanceof Error && error.constructor.name === 'UnknownElementException')
      return undefined;
    throw error;
  }
}

const isMiddlewareClass = (
  one: Type<MessageMiddleware> | MiddlewareFunction,
): one is Type<MessageMiddleware> => {
  const prototype: unknown = typeof one === 'function' ? one.prototype : undefined;
  return (
    typeof prototype === 'object' &&
    prototype !== null &&
    'use' in prototype &&
    typeof prototype.use === 'function'
  );
};

const isClass = (one: object): boolean => Function.prototype.toString.call(one).startsWith('class');

const neitherClassNorFunction = (one: unknown): ThroughlineError =>
  new ThroughlineError(
    'TL_OPTION_INVALID',
    `"use" must contain only functions, or classes with a use(delivery, next) method, but contains ${
      typeof one === 'function'
        ? `the class ${one.name} without this method`
        : `a value of type ${typeof one}`
    }.`,
  );
