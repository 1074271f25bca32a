import type { AnyChannel } from './channel.js';
import type { Duration } from '#base';
import type { RetryOptions } from './retry-options.js';

/** The options of a handler that a transport reads. */
export interface SpecOptions {
  readonly retry?: RetryOptions;
  readonly deadLetter?: boolean | AnyChannel;
  readonly group?: string;
  readonly order?: 'key' | 'partition' | 'none';
  readonly visibility?: Duration;
  readonly timeout?: Duration;
  readonly grace?: Duration;
}

/** A handler, as far as its transport has to know it. */
export interface HandlerSpec {
  readonly channel: AnyChannel;
  readonly options: SpecOptions;
  /** `OrderProcessor.process`: what logs and traces show. */
  readonly name: string;
}
