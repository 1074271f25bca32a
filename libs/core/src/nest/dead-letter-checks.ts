import { ThroughlineError } from '#base';
import { isSameChannel } from 'throughline/transport';
import type { HandlerDefinition } from '../handler/handler-definition.js';

/** A handler whose dead letters go to the channel that it handles would get each of them again, at once and for ever. */
export function deadLetterMistakes({
  name,
  channel,
  options: { deadLetter },
}: HandlerDefinition): readonly ThroughlineError[] {
  if (typeof deadLetter !== 'object') return [];
  if (!isSameChannel(deadLetter, channel)) return [];
  return [
    new ThroughlineError(
      'TL_OPTION_INVALID',
      `The dead letters of ${name} would go to "${channel.name}", which it handles, and come again at once: name another ` +
        'channel, or say deadLetter: true.',
    ),
  ];
}
