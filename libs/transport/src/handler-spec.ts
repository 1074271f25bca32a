import type { Duration } from '#base';
import type { AnyChannel } from './channel.js';
import type { RetryOptions } from './retry-options.js';

/** The options that every handler has, as far as a transport needs them. */
export interface SpecOptions {
  readonly retry?: RetryOptions;
  readonly deadLetter?: boolean | AnyChannel;
  readonly timeout?: Duration;
  readonly grace?: Duration;
}

/**
 * A handler, as far as its transport has to know it. Among its options are those that the transport itself has added to its
 * channels (`HandlerOptionsOf`); the transport checks them and reads them.
 */
export interface HandlerSpec<O extends object = object> {
  readonly channel: AnyChannel;
  readonly options: O & SpecOptions;
  /** `OrderProcessor.process`: what logs and traces show. */
  readonly name: string;
}
