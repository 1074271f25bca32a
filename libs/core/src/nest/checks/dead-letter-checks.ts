import { ThroughlineError } from '#base';
import { isSameChannel } from 'throughline/transport';
import type { HandlerDefinition } from '../../handler/handler-definition.js';

/**
 * Returns an error for each handler whose dead letters go to its own channel. Such a handler would receive each dead letter again,
 * immediately and forever.
 */
export function deadLetterErrors({
  name,
  channel,
  options: { deadLetter },
}: HandlerDefinition): readonly ThroughlineError[] {
  if (typeof deadLetter !== 'object') return [];
  if (!isSameChannel(deadLetter, channel)) return [];
  return [
    new ThroughlineError(
      'TL_OPTION_INVALID',
      `"${channel.name}" is both the channel and the deadLetter channel of ${name}, so the handler would receive its own dead letters. ` +
        'Choose another channel, or set deadLetter: true to use the default dead-letter channel.',
    ),
  ];
}
