import type { Duration } from '#base';
import type { AnyChannel } from './channel.js';
import type { RetryOptions } from './retry-options.js';

/** The common handler options that every transport needs. */
export interface SpecOptions {
  readonly retry?: RetryOptions;
  readonly deadLetter?: boolean | AnyChannel;
  readonly timeout?: Duration;
  readonly grace?: Duration;
}

/**
 * A handler, as its transport sees it. Its options include those that the transport adds to its channels (`HandlerOptionsOf`).
 * The transport checks and reads them.
 */
export interface HandlerSpec<O extends object = object> {
  readonly channel: AnyChannel;
  readonly options: O & SpecOptions;
  /** The name of the handler in logs and traces, such as `OrderProcessor.process`. */
  readonly name: string;
}
