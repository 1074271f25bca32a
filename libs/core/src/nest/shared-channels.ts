import type { AnyChannel } from 'throughline/transport';
import { ThroughlineError } from '#base';
import type { AnyHandlerOptions, HandlerDefinition } from '../handler/handler-definition.js';
import type { HandlerGroup } from 'throughline/transport';

/** What belongs to the channel's lanes or to its broker, so that handlers that share it cannot differ in it. */
const OF_THE_CHANNEL = ['order', 'visibility', 'onBlocked', 'unmatched'] as const;

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
  return handlerGroups.flatMap(({ handlers }) =>
    [...Map.groupBy(handlers, ({ channel }) => nameOf(channel)).values()].flatMap(mistakesOf),
  );
}

/** Those who may not share a channel at all need not be told what they would have to agree on. */
function mistakesOf(handlers: readonly HandlerDefinition[]): readonly ThroughlineError[] {
  const duplicated = duplicates(handlers);
  if (duplicated.length > 0) return duplicated;
  return [...disagreements(handlers), ...homelessUnmatched(handlers)];
}

const namesOf = (handlers: readonly HandlerDefinition[]): string =>
  handlers.map(({ name }) => name).join(' and ');

function duplicates(handlers: readonly HandlerDefinition[]): readonly ThroughlineError[] {
  const isShared = handlers.every(
    ({ options, channel }) =>
      options.when !== undefined && channel.name === handlers[0]?.channel.name,
  );
  if (handlers.length < 2 || isShared) return [];
  const [first] = handlers;
  const { kind = 'queue', name = '' } = first?.channel ?? {};
  const names = namesOf(handlers);
  const apart =
    kind === 'queue'
      ? 'give each a queue of its own behind an SNS topic'
      : 'give each a group of its own with { group }, so that each gets every message';
  return [
    new ThroughlineError(
      'TL_HANDLER_DUPLICATE',
      `The ${kind} "${name}" has ${handlers.length} handlers${kind === 'queue' ? '' : ' in one group'}, ${names}, and a message ` +
        `has one: ${apart}; or let each say with { when } which messages it takes.`,
    ),
  ];
}

function disagreements(handlers: readonly HandlerDefinition[]): readonly ThroughlineError[] {
  if (handlers.length < 2) return [];
  const differing = OF_THE_CHANNEL.filter((option) => valuesOf(handlers, option).size > 1);
  const schemas = new Set(handlers.map(({ channel }) => channel.schema));
  const what = [...differing, ...(schemas.size > 1 ? ['schema'] : [])];
  if (what.length === 0) return [];
  return [
    new ThroughlineError(
      'TL_HANDLERS_DISAGREE',
      `${namesOf(handlers)} share "${handlers[0]?.channel.name ?? ''}" and differ in ${what.join(', ')}: there is one of it for ` +
        'the whole channel, so say the same in each.',
    ),
  ];
}

const valuesOf = (
  handlers: readonly HandlerDefinition[],
  option: (typeof OF_THE_CHANNEL)[number],
): ReadonlySet<AnyHandlerOptions[typeof option]> =>
  new Set(handlers.map(({ options }) => options[option]));

function homelessUnmatched(handlers: readonly HandlerDefinition[]): readonly ThroughlineError[] {
  const wants = handlers.some(({ options }) => options.unmatched === 'deadLetter');
  const has = handlers.some(({ options }) => (options.deadLetter ?? false) !== false);
  if (!wants || has) return [];
  return [
    new ThroughlineError(
      'TL_OPTION_INVALID',
      `unmatched: 'deadLetter' of ${namesOf(handlers)} needs a place: give one of them a deadLetter.`,
    ),
  ];
}
