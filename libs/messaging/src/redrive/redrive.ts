import type { Post } from '../control/post.js';
import { causeIn } from '../dead-letters.js';
import { ThroughlineError } from '../errors.js';
import type { HandlerDefinition } from '../handler/handler-definition.js';
import { pace } from './pace.js';
import type { DeadLetterView, RedriveOptions, RedriveReport } from './redrive-options.js';

/** Moves the dead letters of a handler back: see `ThroughlineControl.redrive`. */
export async function redrive(
  { definition, connection }: Post,
  options: RedriveOptions = {},
): Promise<RedriveReport> {
  const { to = 'handler', dryRun = false, rate, filter = (): boolean => true } = options;
  if (rate !== undefined && !(rate > 0)) {
    throw new ThroughlineError(
      'TL_OPTION_INVALID',
      `The rate of a redrive is a number of messages a second, above 0, not ${rate}.`,
    );
  }
  const signal = options.signal ?? new AbortController().signal;
  const from = placeOf(definition, connection.deadLettersOf(definition));
  const progress = await connection.redrive({
    handler: definition,
    from,
    to,
    isDry: dryRun,
    signal,
    turn: pace(rate, signal),
    onProgress: options.onProgress ?? (() => undefined),
    wants: (letter) => {
      const view = { ...letter, cause: causeIn(letter.headers) };
      return isOf(definition, view) && filter(view);
    },
  });
  return { ...progress, isComplete: !signal.aborted };
}

/** Where its dead letters lie, by the channel's logical name. */
function placeOf({ name, channel, options }: HandlerDefinition, own: string): string {
  const { deadLetter = false } = options;
  if (deadLetter === true) return own;
  if (deadLetter !== false && deadLetter.kind === channel.kind) return deadLetter.name;
  const why =
    deadLetter === false
      ? 'has no deadLetter'
      : `has its dead letters in a ${deadLetter.kind}, and takes its messages from a ${channel.kind}`;
  throw new ThroughlineError('TL_REDRIVE_IMPOSSIBLE', `${name} ${why}: there is no way back.`);
}

/** What lies in the place that goes with the channel is its own; in one that was named, others may lie too. */
function isOf({ name, options }: HandlerDefinition, { cause }: DeadLetterView): boolean {
  return options.deadLetter === true || cause?.handler === name;
}
