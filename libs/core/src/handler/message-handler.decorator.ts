import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import {
  transportSymbol,
  type AnyChannel,
  type Channel,
  type OutputOf,
} from 'throughline/transport';
import type { Batch } from '../batch.js';
import type { Delivery } from '../delivery.js';
import type {
  BatchSize,
  CommonOptions,
  DeclaredHandler,
  HandlerOptions,
  PayloadOptions,
} from './handler-definition.js';
import { mergeLayers, type OptionLayer } from './resolve-handler.js';

/** Where Nest keeps what a method's parameters are (@nestjs/microservices, constants.js: PARAM_ARGS_METADATA). */
const PARAMETERS = '__routeArguments__';

/** Where a handler's declaration is kept: as metadata of its method, and as an "extra" of its pattern, which Nest hands on. */
export const DECLARATION = Symbol('throughline:handler');

/** A method decorator that fits only methods whose parameters fit. */
export type Decorates<A extends readonly unknown[]> = <H extends (...args: A) => unknown>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<H>,
) => void;

/** What a handler with these options is called with. */
export type HandlerParameters<T, O> = O extends { readonly batch: BatchSize }
  ? [batch: Batch<T>]
  : // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the guard's parameter is checked by its options
    O extends { readonly when: (payload: any) => payload is infer W }
    ? [payload: W, delivery: Delivery<W>]
    : [payload: T, delivery: Delivery<T>];

/** Names, in the compiler's first line, what is wrong with an option. */
export type CheckedOptions<C extends AnyChannel, O> = {
  readonly [K in keyof O]: K extends keyof HandlerOptions<C>
    ? K extends 'when'
      ? O extends { readonly batch: BatchSize }
        ? 'a batch handler has no "when": a batch is not chosen message by message'
        : O[K]
      : K extends 'unmatched'
        ? O extends { readonly when: unknown }
          ? O[K]
          : '"unmatched" needs "when"'
        : O[K]
    : `"${K & string}" is not an option of a handler on a ${C['kind']}`;
};

/** Marks a method whose parameters are the user's own business: @Payload(pipe), @Ctx() elsewhere. */
const OWN_PARAMETERS = Symbol('throughline:own-parameters');

/** Whether a handler gets something else than its payload and its delivery. */
export const hasOwnParameters = (method: object): boolean =>
  Reflect.hasMetadata(OWN_PARAMETERS, method);

/** Nest passes a handler nothing but its payload unless its parameters say otherwise. */
function declareParameters(target: object, key: string | symbol, method: object): void {
  if (Reflect.hasMetadata(PARAMETERS, target.constructor, key)) {
    Reflect.defineMetadata(OWN_PARAMETERS, true, method);
    return;
  }
  Payload()(target, key, 0);
  Ctx()(target, key, 1);
}

/**
 * Makes a controller's method the handler of a channel. The payload comes first, the {@link Delivery} second; the compiler
 * refuses a method whose parameters do not fit the channel, and options that the channel does not have. A handler that returns has
 * handled the message; one that throws gets it again. Guards, pipes, interceptors and filters work as on any other Nest handler.
 *
 * @example
 * \@Controller()
 * export class OrderAudit {
 *   \@MessageHandler(orderEvents, { group: 'order-audit' })
 *   record(order: Order): void { … }
 * }
 */
export function MessageHandler<
  C extends AnyChannel,
  const O extends HandlerOptions<C> = HandlerOptions<C>,
>(channel: C, options?: O & CheckedOptions<C, O>): Decorates<HandlerParameters<OutputOf<C>, O>> {
  return declare(channel, [{ origin: 'decorator', options: options ?? {} }]);
}

/** @param layers what the compiler has checked by the channel's own options */
function declare(channel: AnyChannel, layers: readonly OptionLayer[]): Decorates<never> {
  const { name } = mergeLayers(layers).options;
  return (target, key, descriptor) => {
    const method = descriptor.value as object;
    declareParameters(target, key, method);
    const declared: DeclaredHandler = {
      channel,
      layers,
      name: name ?? `${target.constructor.name}.${String(key)}`,
    };
    Reflect.defineMetadata(DECLARATION, declared, method);
    const symbol = transportSymbol(channel.transport ?? channel.system.name);
    const register = EventPattern(channel.name, symbol, {
      [DECLARATION]: declared,
    }) as MethodDecorator; // Nest types the payload as {}; ours is checked above
    register(target, key, descriptor);
  };
}

/** What a method declares; `undefined` for one that is no handler. */
export const declarationOf = (method: object): DeclaredHandler | undefined =>
  Reflect.getMetadata(DECLARATION, method) as DeclaredHandler | undefined;

/** A channel whose messages are of a domain's type, whatever one publishes to get them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type ChannelOf<T> = Channel<T, any>;

/** A domain's own name for {@link MessageHandler}, with its defaults, for channels of the domain's type only. */
export type DomainHandler<T> = <
  C extends ChannelOf<T>,
  const O extends HandlerOptions<C> = HandlerOptions<C>,
>(
  channel: C,
  options?: O & CheckedOptions<C, O>,
) => Decorates<HandlerParameters<OutputOf<C>, O>>;

/**
 * Names a domain's handlers; another domain is one more line. Its defaults cannot hold `batch` or `name`: what a handler takes, and
 * what it is called, has to stand where the handler stands.
 *
 * @example
 * export const OrderHandler = defineHandler<Order>({ retry: { attempts: 5 }, deadLetter: true });
 */
export function defineHandler<T>(
  defaults: Omit<CommonOptions, 'name'> & PayloadOptions<T> = {},
): DomainHandler<T> {
  return (channel, options: object = {}) =>
    declare(channel, [
      { origin: 'defineHandler', options: defaults },
      { origin: 'decorator', options },
    ]);
}
