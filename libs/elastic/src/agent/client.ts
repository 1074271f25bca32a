import type { Client, PrivateAgent } from './shapes.js';

/** What has become of the agent's events since its start. */
export interface EventCounts {
  readonly given: number;
  /** Dropped because the agent's queue was full. */
  readonly dropped: number;
  /** Events in requests that have ended, successfully or not. */
  readonly concluded: number;
  /** How many requests in a row have failed. */
  readonly failures: number;
}

/** What sends the agent's events: a new one after each start, and none before the first. */
export const clientOf = ({ _apmClient }: PrivateAgent): Client | undefined =>
  _apmClient ?? undefined;

export function countsOf(client: Client | undefined): EventCounts {
  const stats = client?._getStats?.() ?? {};
  return {
    given: stats.numEvents ?? 0,
    dropped: stats.numEventsDropped ?? 0,
    concluded: stats.numEventsSent ?? 0,
    failures: stats.backoffReconnectCount ?? 0,
  };
}

/** Watches the requests of a client: the beginning of each, and the error of each one, of events or not, that fails. */
export function watchRequests(
  client: Client,
  watcher: { readonly began: () => void; readonly failed: (error: unknown) => void },
): void {
  client._chopper?.on?.('stream', watcher.began);
  client.on?.('request-error', watcher.failed);
}
