import { isRecord, optionErrors, optionInvalid, ThroughlineError } from '#base';
import {
  channelText,
  isSameChannel,
  type AnyChannel,
  type HandlerOptionsOf,
} from 'throughline/transport';
import type { CommonOptions, DeclaredHandler } from './handler-definition.js';
import { declarationOf } from './message-handler.decorator.js';
import { OVERRIDE_RULES } from './handler-option-checks.js';

type ControllerClass<T> = abstract new (...dependencies: never[]) => T;

/** The names of a controller's public methods. */
type MethodOf<T> = {
  [K in keyof T]: T[K] extends (...args: never[]) => unknown ? K : never;
}[keyof T] &
  string;

/**
 * The options that a deployment may change. The name of a handler and the options for its payload can only be changed in the
 * code.
 */
type OverrideOptions = Omit<CommonOptions, 'name'>;

/** The handler options that a channel's transport adds. There are none if the override names no channel. */
type OwnOptions<C extends AnyChannel> = [C] extends [never] ? unknown : HandlerOptionsOf<C>;

/** An override: options that replace those of one handler. See {@link override}. */
export interface HandlerOverride {
  readonly controller: ControllerClass<object>;
  readonly method: string;
  readonly options: object;
  readonly channel: AnyChannel | undefined;
}

/**
 * Replaces options of one handler in this deployment. Pass the result to `overrides` of `ThroughlineModule.forRoot`. The compiler
 * checks the method and the options. An override replaces whole options: `retry: { attempts: 3 }` discards all other fields of
 * the handler's own `retry`. If several overrides set the same option of a handler, the last override applies.
 *
 * An override applies to the controller that it names, even if the controller inherits the method. If a process does not have
 * that controller, it ignores the override, so all processes in a deployment can share one list of overrides. An override for a
 * method that is not a handler makes startup fail (`TL_HANDLER_UNKNOWN`).
 *
 * @param channel the handler's channel. It is needed only for options that its transport adds (`visibility`, `group` …).
 * @example
 * overrides: [
 *   override(OrderProcessor, 'process', { concurrency: 50 }),
 *   override(OrderProcessor, 'process', { visibility: '2m' }, newOrders),
 * ]
 */
export function override<T extends object, C extends AnyChannel = never>(
  controller: ControllerClass<T>,
  method: MethodOf<NoInfer<T>>,
  options: OverrideOptions & OwnOptions<NoInfer<C>>,
  channel?: C,
): HandlerOverride {
  return Object.freeze({ controller, method, options, channel });
}

/** Returns the handler that an override is for, or `undefined` if its method is not a handler. */
export const overriddenHandler = (one: HandlerOverride): DeclaredHandler | undefined =>
  isOverride(one) ? handlerOf(one.controller, one.method) : undefined;

/** Returns the handler that a class declares or inherits with this method. */
function handlerOf(controller: unknown, method: string): DeclaredHandler | undefined {
  if (typeof controller !== 'function') return undefined;
  const handler: unknown = Reflect.get(controller.prototype as object, method);
  return typeof handler === 'function' ? declarationOf(handler) : undefined;
}

/** Returns the errors in the overrides for this process. `controllers` are the controllers of this process. */
export const overrideErrors = (
  overrides: readonly HandlerOverride[],
  controllers: ReadonlySet<unknown>,
): readonly ThroughlineError[] =>
  overrides.flatMap((one) => {
    if (!isOverride(one)) {
      const expected = "override(Controller, 'method', { … })";
      return [optionInvalid('ThroughlineModule.forRoot', 'overrides', expected, one)];
    }
    return controllers.has(one.controller) ? errorsOf(one, controllers) : [];
  });

/** Whether an entry of `overrides` is an override. In JavaScript, the list may contain anything. */
const isOverride = (one: unknown): boolean =>
  isRecord(one) &&
  typeof one.controller === 'function' &&
  typeof one.method === 'string' &&
  isRecord(one.options);

function errorsOf(
  one: HandlerOverride,
  controllers: ReadonlySet<unknown>,
): readonly ThroughlineError[] {
  const { controller, method, options, channel } = one;
  const where = `override(${controller.name}, '${method}')`;
  const handler = overriddenHandler(one);
  if (handler === undefined) {
    return [
      new ThroughlineError(
        'TL_HANDLER_UNKNOWN',
        `${where} names a method that is not a handler. Add the handler decorator to the method, or remove the override.`,
      ),
    ];
  }
  const others = [...controllers].filter(
    (other) => other !== controller && handlerOf(other, method) === handler,
  );
  if (others.length > 0) {
    return [
      new ThroughlineError(
        'TL_OPTION_INVALID',
        `${where} would change ${others.length + 1} controllers in this process, because all of them inherit this handler. Declare the handler in each controller, or remove the override.`,
      ),
    ];
  }
  if (channel !== undefined && !isSameChannel(channel, handler.channel)) {
    return [
      new ThroughlineError(
        'TL_OPTION_INVALID',
        `${where} is for ${channelText(channel)}, but the method handles ${channelText(handler.channel)}. Pass the channel that the method handles, or omit the channel.`,
      ),
    ];
  }
  return optionErrors(where, options, {
    ...OVERRIDE_RULES,
    ...handler.channel.system.handlerOptions,
  });
}
