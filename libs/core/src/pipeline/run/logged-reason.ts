import { reasonOf, ThroughlineError } from '#base';

/** What the log says of an error: one of Throughline's own with its code, by which docs/errors.md explains it. */
export const loggedReason = (cause: unknown): string =>
  cause instanceof ThroughlineError ? `${cause.code}: ${reasonOf(cause)}` : reasonOf(cause);

/** The same with a full stop, where another sentence follows. */
export const loggedSentence = (cause: unknown): string =>
  loggedReason(cause).replace(/(?<![.!?])$/, '.');
