/** The foundation of all rooms. Internal: rooms import it as `#base`. It is not a subpath of the package. */
export { exponential, type Backoff } from './options/backoff.js';
export { Deadlines, type Timed } from './async/deadlines.js';
export { milliseconds, readDuration, type Duration } from './options/duration.js';
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
} from './errors/errors.js';
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
export { isObject, isRecord } from './options/is-object.js';
export { LinkedList, type LinkedNode } from './lists/linked-list.js';
export { loadPeer, type Peer, type Require } from './load-peer.js';
export {
  allOf,
  andThen,
  either,
  isAwaitable,
  leaveUnheard,
  orElse,
  type MaybePromise,
} from './async/maybe-promise.js';
export {
  assertOptions,
  combined,
  kindOfValue,
  optionErrors,
  optionInvalid,
  throwTogether,
  unknownOptions,
} from './options/option-checks.js';
export * as rule from './options/option-rules.js';
export type { OptionRule, OptionRules, RulesFor } from './options/option-rules.js';
export { OwnLog } from './errors/own-log.js';
export { PendingList } from './lists/pending-list.js';
export { printable } from './errors/printable.js';
export { LONGEST_TIMER, timerDelay } from './async/timer.js';
export { endsBefore, settledWithin, within } from './async/wait-at-most.js';
