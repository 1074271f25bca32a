import { reasonOf, ThroughlineError, withFullStop } from '#base';

/** The text of an error for the log. For a `ThroughlineError`, it includes the code, which docs/errors.md explains. */
export const loggedReason = (cause: unknown): string =>
  cause instanceof ThroughlineError ? `${cause.code}: ${reasonOf(cause)}` : reasonOf(cause);

/** Like {@link loggedReason}, but with a full stop at the end, for texts in which another sentence follows. */
export const loggedSentence = (cause: unknown): string => withFullStop(loggedReason(cause));
