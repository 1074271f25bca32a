import type { Client, PrivateAgent } from './shapes.js';

/** The counts of the agent's events since the agent's start. */
export interface EventCounts {
  readonly given: number;
  /** The number of events that were dropped because the agent's queue was full. */
  readonly dropped: number;
  /** The number of events whose request has ended, successfully or not. */
  readonly concluded: number;
  /** The number of consecutive failed requests. */
  readonly failures: number;
}

/** Returns the client that sends the agent's events. The agent creates a new client with each start. */
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

/**
 * Watches the requests of a client. Reports the beginning of each request and the error of each failed one, even for requests
 * without events.
 */
export function watchRequests(
  client: Client,
  watcher: { readonly began: () => void; readonly failed: (error: unknown) => void },
): void {
  client._chopper?.on?.('stream', watcher.began);
  client.on?.('request-error', watcher.failed);
}
