/**
 * Optimizations that reduce the cost per message, each in one place (docs/performance.md). They do not change what Throughline
 * does, and the tests run with and without them.
 */
export interface FastPaths {
  /** Whether the handler's method is called directly if Nest adds nothing around it (`nest/server/direct-calls.ts`). */
  readonly directCalls: boolean;
  /** Whether runs that end synchronously share one place in the async context (`run/current-run.ts`). */
  readonly sharedPlaces: boolean;
  /** Whether a message that no other message precedes starts at once, without an entry for its lane (`Scheduler.add`). */
  readonly immediateStarts: boolean;
}

export const ALL_FAST_PATHS: FastPaths = {
  directCalls: true,
  sharedPlaces: true,
  immediateStarts: true,
};

export const NO_FAST_PATHS: FastPaths = {
  directCalls: false,
  sharedPlaces: false,
  immediateStarts: false,
};

/**
 * The key under which tests pass these switches to `ThroughlineModule.forRoot`. The conformance suite defines the same key again,
 * because the key has no public name.
 */
export const FAST_PATHS: unique symbol = Symbol.for('throughline:fast-paths');
