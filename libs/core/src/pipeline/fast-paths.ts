/**
 * The ways that cost a message less, each in one place (docs/performance.md). With and without them, everything behaves the same;
 * the tests run both ways.
 */
export interface FastPaths {
  /** The method itself is called where Nest would do nothing around it (`nest/direct-calls.ts`). */
  readonly directCalls: boolean;
  /** Runs that end at once share one place in the async context (`run/current-run.ts`). */
  readonly sharedPlaces: boolean;
  /** A message that nothing is before runs without being entered into its lane (`Scheduler.add`). */
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

/** Under this key, tests pass them to `ThroughlineModule.forRoot`. The conformance suite repeats the key, which has no public name. */
export const FAST_PATHS: unique symbol = Symbol.for('throughline:fast-paths');
