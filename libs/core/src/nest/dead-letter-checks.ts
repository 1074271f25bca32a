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
      `The deadLetter of ${name} is "${channel.name}", the channel that it handles, so it would receive its dead letters again. ` +
        'Choose another channel, or set deadLetter: true.',
    ),
  ];
}
