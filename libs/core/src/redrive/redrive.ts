import type { HandlerRegistration } from '../control/handler-registration.js';
import { causeIn } from 'throughline/transport';
import { optionErrors, ThroughlineError } from '#base';
import type { HandlerDefinition } from '../handler/handler-definition.js';
import { pace } from './pace.js';
import { channelText, type Connection } from 'throughline/transport';
import { isAwaitable, leaveUnheard } from '#base';
import type { Redelivery, RedeliveryTarget } from 'throughline/transport';
import {
  REDRIVE_RULES,
  type DeadLetterView,
  type RedriveOptions,
  type RedriveReport,
} from './redrive-options.js';

/** Moves a handler's dead letters back: see `ThroughlineControl.redrive`. */
export async function redrive(
  registration: HandlerRegistration,
  options: RedriveOptions = {},
): Promise<RedriveReport> {
  const [error] = optionErrors('redrive()', options, REDRIVE_RULES);
  if (error !== undefined) throw error;
  const { definition } = registration;
  const { to = 'handler', dryRun: isDry = false, rate, filter = (): boolean => true } = options;
  const signal = options.signal ?? new AbortController().signal;
  const { from, keeper } = placeOf(registration);
  const redelivery =
    keeper === registration.connection
      ? undefined
      : await redeliveryTo(registration, { handler: definition, to, isDry, signal });
  const progress = await keeper.redrive({
    handler: definition,
    from,
    to,
    isDry,
    signal,
    turn: pace(rate, signal),
    onProgress: (progress) => leaveUnheard(options.onProgress?.(progress)),
    wants: (deadLetter) => {
      const shown = redelivery?.show(deadLetter) ?? deadLetter;
      const view = { ...shown, cause: causeIn(deadLetter.headers) };
      return isOf(definition, view) && isChosen(filter(view));
    },
    ...(redelivery && { deliver: (deadLetters) => redelivery.deliver(deadLetters) }),
  });
  return { ...progress, isComplete: !signal.aborted };
}

/** Returns the logical name of the handler's dead-letter channel, and the connection that serves this channel. */
function placeOf({ definition, connection, transports }: HandlerRegistration): {
  readonly from: string;
  readonly keeper: Connection;
} {
  const {
    name,
    options: { deadLetter },
  } = definition;
  if (deadLetter === true)
    return { from: connection.deadLettersOf(definition), keeper: connection };
  if (deadLetter === false) throw impossible(name, 'the handler has deadLetter: false');
  const keeper = transports.find(deadLetter);
  if (keeper !== undefined) return { from: deadLetter.name, keeper };
  throw impossible(
    name,
    `no transport serves the handler's dead-letter channel, ${channelText(deadLetter)}`,
  );
}

/** Prepares a redrive of dead letters that are not stored by the handler's own broker. */
async function redeliveryTo(
  { definition: { name, channel }, connection }: HandlerRegistration,
  target: RedeliveryTarget,
): Promise<Redelivery> {
  const redelivery = await connection.redelivery?.(target);
  if (redelivery !== undefined) return redelivery;
  throw impossible(
    name,
    `the transport of ${channelText(channel)} does not accept dead letters from another broker`,
  );
}

/**
 * Whether the filter has selected a dead letter. Throws if the filter returns a promise, because a promise would count as true
 * and select everything.
 */
function isChosen(answer: unknown): boolean {
  if (!isAwaitable(answer)) return Boolean(answer);
  leaveUnheard(answer);
  throw new ThroughlineError(
    'TL_OPTION_INVALID',
    'The redrive filter returned a promise. A filter must return true or false synchronously.',
  );
}

const impossible = (name: string, why: string): ThroughlineError =>
  new ThroughlineError(
    'TL_REDRIVE_IMPOSSIBLE',
    `The dead letters of ${name} cannot be redriven: ${why}.`,
  );

/**
 * Whether a dead letter comes from this handler. The default dead-letter channel contains only dead letters of this handler. A
 * channel that you name may contain those of other handlers.
 */
function isOf({ name, options }: HandlerDefinition, { cause }: DeadLetterView): boolean {
  return options.deadLetter === true || cause?.handler === name;
}
