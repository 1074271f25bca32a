/** The foundation of all rooms. Internal: rooms import it as `#base`. It is not a subpath of the package. */
export { exponential, type Backoff } from './backoff.js';
export { Deadlines, type Timed } from './deadlines.js';
export { milliseconds, readDuration, type Duration } from './duration.js';
export {
  describeThrown,
  errorClassOf,
  isBlocked,
  isError,
  isUnavailable,
  readable,
  reasonOf,
  sentenceOf,
  ThroughlineError,
  withFullStop,
  type Described,
  type ErrorClass,
  type ThroughlineErrorOptions,
} from './errors.js';
export {
  firstHeader,
  headersFrom,
  isHeaderList,
  NO_HEADERS,
  valuesOf,
  withoutHeader,
  type HeaderEntry,
  type Headers,
  type HeaderValue,
} from './headers.js';
export { isObject, isRecord } from './is-object.js';
export { LinkedList, type LinkedNode } from './linked-list.js';
export { loadPeer, type Peer, type Require } from './load-peer.js';
export {
  allOf,
  andThen,
  either,
  isAwaitable,
  leaveUnheard,
  orElse,
  type MaybePromise,
} from './maybe-promise.js';
export {
  assertOptions,
  combined,
  kindOfValue,
  optionErrors,
  optionInvalid,
  throwTogether,
  unknownOptions,
} from './option-checks.js';
export * as rule from './option-rules.js';
export type { OptionRule, OptionRules, RulesFor } from './option-rules.js';
export { OwnLog } from './own-log.js';
export { PendingList } from './pending-list.js';
export { printable } from './printable.js';
export { LONGEST_TIMER, timerDelay } from './timer.js';
export { endsBefore, settledWithin, within } from './wait-at-most.js';
