import { channelText, type AnyChannel } from 'throughline/transport';
import { ThroughlineError } from '#base';
import type { HandlerDefinition } from '../handler/handler-definition.js';
import type { HandlerGroup } from 'throughline/transport';

/** What belongs to the channel's lanes or to its broker, so that handlers that share it cannot differ in it. */
const OF_THE_CHANNEL = ['onBlocked', 'unmatched'] as const;

/**
 * A queue has one ack, and a group gets each message once: two handlers of the same would take from each other, also where the
 * code knows it by two names. They may share it where each says by `when` what it takes, and agree on what is the channel's own.
 *
 * @param nameOf a channel's name by its broker
 */
export function sharingMistakes(
  handlerGroups: readonly HandlerGroup<HandlerDefinition>[],
  nameOf: (channel: AnyChannel) => string,
): readonly ThroughlineError[] {
  return handlerGroups.flatMap(({ handlers, group }) =>
    [...Map.groupBy(handlers, ({ channel }) => nameOf(channel)).values()].flatMap((sharing) =>
      errorsOf(sharing, group),
    ),
  );
}

/** Those who may not share a channel at all need not be told what they would have to agree on. */
function errorsOf(
  handlers: readonly HandlerDefinition[],
  group: string | undefined,
): readonly ThroughlineError[] {
  const duplicated = duplicates(handlers, group);
  if (duplicated.length > 0) return duplicated;
  return [...disagreements(handlers), ...homelessUnmatched(handlers)];
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
        `${group === undefined ? '' : ` in the group "${group}"`}, ${namesOf(handlers)}, but a message goes to one handler only. ` +
        `${channel.system.sharing} Or give each handler a guard, { when }, that selects its messages.`,
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
        'This applies to the whole channel, so use the same value in each handler.',
    ),
  ];
}

const valuesOf = (handlers: readonly HandlerDefinition[], option: string): ReadonlySet<unknown> =>
  new Set(handlers.map(({ options }): unknown => Reflect.get(options, option)));

function homelessUnmatched(handlers: readonly HandlerDefinition[]): readonly ThroughlineError[] {
  const wants = handlers.some(({ options }) => options.unmatched === 'deadLetter');
  const has = handlers.some(({ options }) => options.deadLetter !== false);
  if (!wants || has) return [];
  return [
    new ThroughlineError(
      'TL_OPTION_INVALID',
      `unmatched: 'deadLetter' of ${namesOf(handlers)} requires a dead-letter channel. Remove deadLetter: false from one of them.`,
    ),
  ];
}
