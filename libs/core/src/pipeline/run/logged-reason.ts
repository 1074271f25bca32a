import { reasonOf, ThroughlineError } from '#base';

/** The text of an error for the log. For a `ThroughlineError`, it includes the code, which docs/errors.md explains. */
export const loggedReason = (cause: unknown): string =>
  cause instanceof ThroughlineError ? `${cause.code}: ${reasonOf(cause)}` : reasonOf(cause);

/** The same with a full stop, if another sentence follows. */
export const loggedSentence = (cause: unknown): string =>
  loggedReason(cause).replace(/(?<![.!?])$/, '.');
