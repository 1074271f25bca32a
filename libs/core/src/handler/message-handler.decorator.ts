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

/** The metadata key of a method's parameters in Nest (@nestjs/microservices, constants.js: PARAM_ARGS_METADATA). */
const PARAMETERS = '__routeArguments__';

/**
 * The key under which a handler's declaration is stored: in the metadata of its method, and in the `extras` of its pattern, which
 * Nest passes to the transport's server.
 */
export const DECLARATION = Symbol('throughline:handler');

/** A method decorator that only accepts methods with matching parameters. */
export type Decorates<A extends readonly unknown[]> = <H extends (...args: A) => unknown>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<H>,
) => void;

/** The types of the parameters that a handler with these options has. */
export type HandlerParameters<T, O> = O extends { readonly batch: BatchSize }
  ? [batch: Batch<T>]
  : // eslint-disable-next-line @typescript-eslint/no-explicit-any -- the guard's parameter is checked by its options
    O extends { readonly when: (payload: any) => payload is infer W }
    ? [payload: W, delivery: Delivery<W>]
    : [payload: T, delivery: Delivery<T>];

/**
 * Replaces the type of an invalid option with a string that explains the error. The compiler shows this string in the first line
 * of its message.
 */
export type CheckedOptions<C extends AnyChannel, O> = {
  readonly [K in keyof O]: K extends keyof HandlerOptions<C>
    ? K extends 'when'
      ? O extends { readonly batch: BatchSize }
        ? 'a batch handler cannot have "when": a guard selects single messages'
        : O[K]
      : K extends 'unmatched'
        ? O extends { readonly when: unknown }
          ? O[K]
          : '"unmatched" requires "when"'
        : O[K]
    : `"${K & string}" is not an option of a handler on a ${C['kind']}`;
};

/** The metadata key that marks a method with parameter decorators of its own, such as `@Payload(pipe)` or `@Ctx()`. */
const OWN_PARAMETERS = Symbol('throughline:own-parameters');

/** Whether the method of a handler has its own parameter decorators. */
export const hasOwnParameters = (method: object): boolean =>
  Reflect.hasMetadata(OWN_PARAMETERS, method);

/**
 * Declares the payload and the delivery as the parameters of a handler. Without this declaration, Nest passes a handler only its
 * payload.
 */
function declareParameters(target: object, key: string | symbol, method: object): void {
  if (Reflect.hasMetadata(PARAMETERS, target.constructor, key)) {
    Reflect.defineMetadata(OWN_PARAMETERS, true, method);
    return;
  }
  Payload()(target, key, 0);
  Ctx()(target, key, 1);
}

/**
 * Makes a controller's method the handler of a channel. The first parameter is the payload, the second is the {@link Delivery}.
 * The code does not compile if the parameters do not match the channel, or if you set an option that the channel does not have.
 * If the handler returns, the message is acknowledged. If it throws, the message is retried. Guards, pipes, interceptors and
 * filters work as for any other Nest handler.
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
  return declare(channel, [decoratorLayer(options)]);
}

/**
 * Creates the layer of options that the decorator sets. If the options are `null`, they do not count as absent: startup refuses
 * them.
 */
const decoratorLayer = (options: object = {}): OptionLayer => ({ origin: 'decorator', options });

/** @param layers the options, which the compiler has checked against the channel */
function declare(channel: AnyChannel, layers: readonly OptionLayer[]): Decorates<never> {
  const { name } = mergeLayers(layers).options;
  return (target, key, descriptor) => {
    const method = descriptor.value as object;
    declareParameters(target, key, method);
    const declared: DeclaredHandler = {
      channel,
      layers,
      name: typeof name === 'string' ? name : `${target.constructor.name}.${String(key)}`,
    };
    Reflect.defineMetadata(DECLARATION, declared, method);
    const symbol = transportSymbol(channel.transport ?? channel.system.name);
    const register = EventPattern(channel.name, symbol, {
      [DECLARATION]: declared,
    }) as MethodDecorator; // Nest's type for the payload is {}. MessageHandler has already checked the payload's type
    register(target, key, descriptor);
  };
}

/** Returns the declaration of a handler, or `undefined` if the method is not a handler. */
export const declarationOf = (method: object): DeclaredHandler | undefined =>
  Reflect.getMetadata(DECLARATION, method) as DeclaredHandler | undefined;

/** A channel whose received messages have the domain's type. The type of the published messages may differ. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type ChannelOf<T> = Channel<T, any>;

/**
 * A handler decorator for one domain, like {@link MessageHandler} but with your own default options. {@link defineHandler}
 * creates it.
 */
export type DomainHandler<T> = <
  C extends ChannelOf<T>,
  const O extends HandlerOptions<C> = HandlerOptions<C>,
>(
  channel: C,
  options?: O & CheckedOptions<C, O>,
) => Decorates<HandlerParameters<OutputOf<C>, O>>;

/**
 * Creates a handler decorator for a domain. The defaults cannot contain `batch` or `name`, because these options belong to the
 * individual handler.
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
