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

/** The options that a deployment may change. A handler's name and the shape of its payload belong to the code. */
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
 * Replaces options of one handler in this deployment, for `overrides` of `ThroughlineModule.forRoot`. The compiler checks the method
 * and the options. An override replaces whole options: `retry: { attempts: 3 }` keeps nothing of the handler's own `retry`. If
 * several overrides of a handler set an option, the last one applies.
 *
 * An override for a controller that this process does not have is ignored, so that all processes of a deployment can share a list.
 * An override for a method that is not a handler makes startup fail (`TL_HANDLER_UNKNOWN`).
 *
 * @param channel the handler's channel, to override options that its transport adds (`visibility`, `group` …)
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
export function overriddenHandler(one: HandlerOverride): DeclaredHandler | undefined {
  if (!isOverride(one)) return undefined;
  const handler: unknown = Reflect.get(one.controller.prototype as object, one.method);
  return typeof handler === 'function' ? declarationOf(handler) : undefined;
}

/** Returns the errors in the overrides for controllers that this process has. */
export const overrideErrors = (
  overrides: readonly HandlerOverride[],
  isPresent: (controller: ControllerClass<object>) => boolean,
): readonly ThroughlineError[] =>
  overrides.flatMap((one) => {
    if (!isOverride(one)) {
      const expected = "override(Controller, 'method', { … })";
      return [optionInvalid('ThroughlineModule.forRoot', 'overrides', expected, one)];
    }
    return isPresent(one.controller) ? errorsOf(one) : [];
  });

/** Whether an entry of `overrides` is an override. In JavaScript, the list may contain anything. */
const isOverride = (one: unknown): boolean =>
  isRecord(one) &&
  typeof one.controller === 'function' &&
  typeof one.method === 'string' &&
  isRecord(one.options);

function errorsOf(one: HandlerOverride): readonly ThroughlineError[] {
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
