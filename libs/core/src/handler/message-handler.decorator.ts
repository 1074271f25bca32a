import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import type { AnyChannel, Channel } from 'throughline/transport';
import type { Delivery } from '../delivery.js';
import type { Batch } from '../batch.js';
import type {
  AnyHandlerOptions,
  BatchOptions,
  CommonOptions,
  HandlerDefinition,
  PayloadOptions,
  QueueOptions,
  RoutedOptions,
  SingleOptions,
  TopicOptions,
} from './handler-definition.js';
import { transportOf } from './transport-symbols.js';

/** Where Nest keeps what a method's parameters are (@nestjs/microservices, constants.js: PARAM_ARGS_METADATA). */
const PARAMETERS = '__routeArguments__';

/** Where a handler's declaration is kept: as metadata of its method, and as an "extra" of its pattern, which Nest hands on. */
export const DEFINITION = Symbol('throughline:handler');

/** The options that go with a channel: a queue has no consumer group, a topic no visibility. */
export type OptionsFor<C extends AnyChannel> = CommonOptions &
  PayloadOptions<OutOf<C>> &
  (C['kind'] extends 'queue' ? QueueOptions : C['kind'] extends 'topic' ? TopicOptions : never);

type OutOf<C> = C extends Channel<infer TOut, infer _> ? TOut : never;

/** A method decorator that fits only methods whose parameters fit. */
export type Decorates<A extends readonly unknown[]> = <H extends (...args: A) => unknown>(
  target: object,
  key: string | symbol,
  descriptor: TypedPropertyDescriptor<H>,
) => void;

type TakesOne<T> = Decorates<[payload: T, delivery: Delivery<T>]>;
/** Options with a guard: the first narrows the payload, the second only chooses. */
type Narrowing<C extends AnyChannel, W extends OutOf<C>> = OptionsFor<C> &
  SingleOptions &
  Omit<RoutedOptions<OutOf<C>>, 'when'> & { readonly when: (payload: OutOf<C>) => payload is W };
type Choosing<C extends AnyChannel> = OptionsFor<C> & SingleOptions & RoutedOptions<OutOf<C>>;
type Plain<C extends AnyChannel> = OptionsFor<C> & SingleOptions & { readonly when?: never };

type TakesBatch<T> = Decorates<[batch: Batch<T>]>;

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
 * refuses a method whose parameters do not fit the channel. A handler that returns is done with the message; one that throws
 * gets it again. Guards, pipes, interceptors and filters work as on any other Nest handler.
 *
 * @example
 * \@Controller()
 * export class OrderAudit {
 *   \@MessageHandler(orderEvents, { group: 'order-audit' })
 *   record(order: Order): void { … }
 * }
 */
export function MessageHandler<C extends AnyChannel>(
  channel: C,
  options: OptionsFor<C> & BatchOptions,
): TakesBatch<OutOf<C>>;
export function MessageHandler<C extends AnyChannel, W extends OutOf<C>>(
  channel: C,
  options: Narrowing<C, W>,
): TakesOne<W>;
export function MessageHandler<C extends AnyChannel>(
  channel: C,
  options: Choosing<C>,
): TakesOne<OutOf<C>>;
export function MessageHandler<C extends AnyChannel>(
  channel: C,
  options?: Plain<C>,
): TakesOne<OutOf<C>>;
export function MessageHandler(
  channel: AnyChannel,
  options: AnyHandlerOptions = {},
): Decorates<never> {
  return (target, key, descriptor) => {
    const method = descriptor.value as object;
    declareParameters(target, key, method);
    const definition: HandlerDefinition = {
      channel,
      options,
      name: `${target.constructor.name}.${String(key)}`,
    };
    Reflect.defineMetadata(DEFINITION, definition, method);
    const register = EventPattern(channel.name, transportOf[channel.kind], {
      [DEFINITION]: definition,
    }) as MethodDecorator; // Nest types the payload as {}; ours is checked above
    register(target, key, descriptor);
  };
}

/** A channel whose messages are of a domain's type, whatever one publishes to get them. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type ChannelOf<T> = Channel<T, any>;

/** A domain's own name for {@link MessageHandler}, with its defaults, for channels of the domain's type only. */
export interface DomainHandler<T> {
  <C extends ChannelOf<T>>(channel: C, options: OptionsFor<C> & BatchOptions): TakesBatch<OutOf<C>>;
  <C extends ChannelOf<T>, W extends OutOf<C>>(channel: C, options: Narrowing<C, W>): TakesOne<W>;
  <C extends ChannelOf<T>>(channel: C, options: Choosing<C>): TakesOne<OutOf<C>>;
  <C extends ChannelOf<T>>(channel: C, options?: Plain<C>): TakesOne<OutOf<C>>;
}

/**
 * Names a domain's handlers; another domain is one more line. Its defaults cannot hold `batch`: whether a handler takes one
 * message or many has to stand where the handler stands.
 *
 * @example
 * export const OrderHandler = defineHandler<Order>({ retry: { attempts: 5 }, deadLetter: true });
 */
export function defineHandler<T>(
  defaults: CommonOptions & PayloadOptions<T> & SingleOptions = {},
): DomainHandler<T> {
  const handler = (channel: ChannelOf<T>, options: AnyHandlerOptions = {}): Decorates<never> =>
    MessageHandler(channel, { ...defaults, ...options } as never);
  return handler;
}
