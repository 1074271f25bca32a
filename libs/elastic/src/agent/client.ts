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

/** The client that sends the agent's events. Each start of the agent creates a new one. */
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
 * Watches a client's requests: reports when each request begins, and the error of each failed request, whether the request contains
 * events or not.
 */
export function watchRequests(
  client: Client,
  watcher: { readonly began: () => void; readonly failed: (error: unknown) => void },
): void {
  client._chopper?.on?.('stream', watcher.began);
  client.on?.('request-error', watcher.failed);
}
