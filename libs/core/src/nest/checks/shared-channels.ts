import { channelText, type AnyChannel } from 'throughline/transport';
import { ThroughlineError } from '#base';
import type { HandlerDefinition } from '../../handler/handler-definition.js';
import type { HandlerGroup } from 'throughline/transport';

/** The common handler options that apply to a whole channel. Handlers that share a channel must set them to the same values. */
const OF_THE_CHANNEL = ['onBlocked', 'unmatched'] as const;

/**
 * Returns the errors of handlers that share a queue or group. A queue message is acknowledged only once, and a consumer group
 * receives each message only once. Two handlers on the same queue or group would therefore take messages from each other, even if
 * the code refers to the queue or group by two names. Handlers may share a channel only if each of them selects its messages with
 * `when`, and if all of them set the channel's options to the same values.
 *
 * @param nameOf returns the name of a channel at its broker
 */
export function sharingErrors(
  handlerGroups: readonly HandlerGroup<HandlerDefinition>[],
  nameOf: (channel: AnyChannel) => string,
): readonly ThroughlineError[] {
  return handlerGroups.flatMap(({ handlers, group }) =>
    [...Map.groupBy(handlers, ({ channel }) => nameOf(channel)).values()].flatMap((sharing) =>
      errorsOf(sharing, group),
    ),
  );
}

/** Checks the handlers on one channel. Compares their options only if the handlers may share the channel at all. */
function errorsOf(
  handlers: readonly HandlerDefinition[],
  group: string | undefined,
): readonly ThroughlineError[] {
  const duplicated = duplicates(handlers, group);
  if (duplicated.length > 0) return duplicated;
  return [...disagreements(handlers), ...unmatchedErrors(handlers)];
}

const namesOf = (handlers: readonly HandlerDefinition[]): string =>
  handlers.map(({ name }) => name).join(' and ');

function duplicates(
  handlers: readonly HandlerDefinition[],
  group: string | undefined,
): readonly ThroughlineError[] {
  const [first] = handlers;
  const isShared = handlers.every(
    ({ options, channel }) => options.when !== undefined && channel.name === first?.channel.name,
  );
  if (first === undefined || handlers.length < 2 || isShared) return [];
  const { channel } = first;
  return [
    new ThroughlineError(
      'TL_HANDLER_DUPLICATE',
      `${channelText(channel)[0]?.toUpperCase() ?? ''}${channelText(channel).slice(1)} has ${handlers.length} handlers` +
        `${group === undefined ? '' : ` in the group "${group}"`}: ${namesOf(handlers)}. However, each message goes to only one of them. ` +
        `${channel.system.sharing} Alternatively, give each handler a "when" guard: a function that selects the messages of this handler.`,
    ),
  ];
}

function disagreements(handlers: readonly HandlerDefinition[]): readonly ThroughlineError[] {
  if (handlers.length < 2) return [];
  const options = [...OF_THE_CHANNEL, ...(handlers[0]?.channel.system.sharedOptions ?? [])];
  const differing = options.filter((option) => valuesOf(handlers, option).size > 1);
  const schemas = new Set(handlers.map(({ channel }) => channel.schema));
  const what = [...differing, ...(schemas.size > 1 ? ['schema'] : [])];
  if (what.length === 0) return [];
  return [
    new ThroughlineError(
      'TL_HANDLERS_DISAGREE',
      `${namesOf(handlers)} share "${handlers[0]?.channel.name ?? ''}" but differ in ${what.join(', ')}. ` +
        'These settings apply to the whole channel, so use the same values in each handler.',
    ),
  ];
}

const valuesOf = (handlers: readonly HandlerDefinition[], option: string): ReadonlySet<unknown> =>
  new Set(handlers.map(({ options }): unknown => Reflect.get(options, option)));

function unmatchedErrors(handlers: readonly HandlerDefinition[]): readonly ThroughlineError[] {
  const wants = handlers.some(({ options }) => options.unmatched === 'deadLetter');
  const has = handlers.some(({ options }) => options.deadLetter !== false);
  if (!wants || has) return [];
  return [
    new ThroughlineError(
      'TL_OPTION_INVALID',
      `unmatched: 'deadLetter' requires a dead-letter channel, but ${namesOf(handlers)} have deadLetter: false. Remove deadLetter: false from at least one of these handlers.`,
    ),
  ];
}
