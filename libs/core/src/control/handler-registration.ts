import { ThroughlineError } from '#base';
import type { HandlerDefinition } from '../handler/handler-definition.js';
import type { Source } from 'throughline/transport';
import type { Connection } from 'throughline/transport';
import type { HandlerRunner } from '../scheduler/handler-runner.js';
import type { Transports } from '../transports.js';
import type { HandlerState } from './handler-state.js';
import type { SourceState } from 'throughline/transport';

/** A running handler. The handler shares its runner, source and connection with the other handlers of its channel. */
export interface HandlerRegistration {
  readonly definition: HandlerDefinition;
  /** The handler's consumer group. Absent if the broker has no consumer groups. */
  readonly group: string | undefined;
  readonly handlerRunner: HandlerRunner;
  readonly source: Source;
  readonly connection: Connection;
  /** All transports of the application. They are needed because another broker may store a handler's dead letters. */
  readonly transports: Transports;
}

const UNREACHABLE: SourceState = { isConnected: false, assigned: [], lag: new Map() };
const NOTHING = { done: 0, duplicates: 0, unmatched: 0, retries: 0, held: 0, deadLetters: 0 };

/** Reads the state of a handler, including what its broker reports. If the broker does not respond, the state shows that. */
export async function stateOf({
  definition,
  group,
  handlerRunner,
  source,
}: HandlerRegistration): Promise<HandlerState> {
  const { name, channel, options, origins } = definition;
  const { isConnected, assigned, lag } = await source.inspect().catch(() => UNREACHABLE);
  const { lanes } = handlerRunner;
  const counts = handlerRunner.countsOf(name);
  return {
    handler: name,
    kind: channel.kind,
    transport: channel.transport ?? channel.system.name,
    channel: channel.name,
    group,
    activity: activityOf(handlerRunner),
    isConnected,
    assigned,
    concurrency: handlerRunner.concurrency,
    inProgress: lanes.running,
    waiting: lanes.waiting,
    lag: lag.get(channel.name),
    oldest: lanes.oldest === undefined ? undefined : new Date(lanes.oldest),
    options: Object.fromEntries(
      Object.entries(options).map(([option, value]: [string, unknown]) => [
        option,
        { value, from: origins.get(option) ?? 'built-in' },
      ]),
    ),
    lastError: counts?.lastError,
    counts: counts?.counts ?? NOTHING,
  };
}

function activityOf({ lanes, isWaitingForOutage }: HandlerRunner): HandlerState['activity'] {
  if (lanes.isClosed) return 'stopped';
  if (lanes.isPaused) return 'paused';
  return isWaitingForOutage ? 'waiting' : 'working';
}

/**
 * Finds a handler by its name, such as `OrderAudit.record`. If one method handles several channels, the name alone is not enough:
 * add the channel, as in `OrderAudit.record@order_events`.
 *
 * @throws ThroughlineError `TL_HANDLER_UNKNOWN`, which lists the names of all handlers.
 */
export function findRegistration(
  registrations: readonly HandlerRegistration[],
  wanted: string,
): HandlerRegistration {
  const found = registrations.filter(
    ({ definition: { name, channel } }) => name === wanted || `${name}@${channel.name}` === wanted,
  );
  const [registration] = found;
  if (registration !== undefined && found.length === 1) return registration;
  const names = registrations
    .map(({ definition: { name, channel } }) => `${name}@${channel.name}`)
    .join(', ');
  throw new ThroughlineError(
    'TL_HANDLER_UNKNOWN',
    `${found.length === 0 ? 'No handler has' : 'Several handlers have'} the name "${wanted}". The handlers in this process: ${names || 'none'}.`,
  );
}
