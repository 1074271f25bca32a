import type { RequestQueuePrototype } from './internal-types.js';

/**
 * Stops kafkajs from checking idle connections for pending requests. These checks set 850 timers a second for each idle connection,
 * and cause a TimeoutNegativeWarning on Node 24 (kafkajs #1751). Another check looks for requests that have timed out. With the
 * usual request timeouts, it now runs once a second instead of ten times.
 */
export function restIdleConnections(queue: RequestQueuePrototype): void {
  const schedule = queue.scheduleCheckPendingRequests;
  queue.scheduleCheckPendingRequests = function () {
    if (this.pending.length > 0) schedule.call(this);
  };
  queue.scheduleRequestTimeoutCheck = function () {
    if (!this.enforceRequestTimeout) return;
    this.destroy();
    this.requestTimeoutIntervalId = setInterval(() => {
      const now = Date.now();
      for (const request of this.inflight.values())
        if (now - request.sentAt > request.requestTimeout) request.timeoutRequest();
      if (!this.isConnected()) this.destroy();
    }, timeoutCheckInterval(this.requestTimeout));
  };
}

const timeoutCheckInterval = (requestTimeout: number): number =>
  Math.min(requestTimeout, Math.max(100, Math.min(1_000, requestTimeout / 10)));
