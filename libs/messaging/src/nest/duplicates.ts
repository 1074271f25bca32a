import type { AnyChannel } from '../channel.js';
import { ThroughlineError } from '../errors.js';
import type { HandlerDefinition } from '../handler/handler-definition.js';
import type { Subscription } from '../transport.js';

/**
 * A queue has one ack, and a group gets each message once: two handlers of the same would take from each other, also where the
 * code knows it by two names.
 *
 * @param nameOf a channel's name by its broker
 */
export function duplicatesIn(
  subscriptions: readonly Subscription[],
  nameOf: (channel: AnyChannel) => string,
): readonly ThroughlineError[] {
  return subscriptions.flatMap(({ handlers }) =>
    [...Map.groupBy(handlers, ({ channel }) => nameOf(channel)).values()]
      .filter((ofChannel) => ofChannel.length > 1)
      .map(duplicate),
  );
}

function duplicate(handlers: readonly HandlerDefinition[]): ThroughlineError {
  const [first] = handlers;
  const { kind = 'queue', name = '' } = first?.channel ?? {};
  const names = handlers.map((handler) => handler.name).join(' and ');
  return new ThroughlineError(
    'TL_HANDLER_DUPLICATE',
    kind === 'queue'
      ? `The queue "${name}" has ${handlers.length} handlers, ${names}, and a message has one: leave one, or give each a queue ` +
          'of its own behind an SNS topic.'
      : `The topic "${name}" has ${handlers.length} handlers in one group, ${names}: give each a group of its own with { group }, ` +
          'so that each gets every message.',
  );
}
