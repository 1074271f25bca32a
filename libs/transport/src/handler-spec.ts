import type { Duration } from '#base';
import type { AnyChannel } from './channel.js';
import type { RetryOptions } from './retry-options.js';

/** The common handler options that a transport reads. */
export interface SpecOptions {
  readonly retry?: RetryOptions;
  readonly deadLetter?: boolean | AnyChannel;
  readonly timeout?: Duration;
  readonly grace?: Duration;
}

/**
 * A handler, as its transport sees it. `options` includes the options that the transport adds to handlers (`HandlerOptionsOf`),
 * which the transport itself checks and reads.
 */
export interface HandlerSpec<O extends object = object> {
  readonly channel: AnyChannel;
  readonly options: O & SpecOptions;
  /** The name of the handler in logs and traces, such as `OrderProcessor.process`. */
  readonly name: string;
}
