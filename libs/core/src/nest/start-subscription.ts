import { setTimeout as wait } from 'node:timers/promises';
import { isUnavailable, OwnLog, reasonOf } from '#base';
import { BlockedWatch, type HealthReports } from 'throughline/transport';
import type { Subscription } from '../scheduler/subscription.js';

const START_AGAIN_AFTER = 5_000;
const log = new OwnLog('Throughline');

/** What starting a subscription takes. */
export interface StartParts {
  /** What logs and health call the transport. */
  readonly transport: string;
  readonly health: HealthReports;
  /** Aborts when the application stops: nothing is started after that. */
  readonly stopping: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}

/** Starts a subscription, and tries again every 5 s until it has started. Resolves with whether it has; not if the application stops. */
export async function startUntilDone(
  subscription: Pick<Subscription, 'start'>,
  { transport, health, stopping, onFailure }: StartParts,
): Promise<boolean> {
  const isStopping = (): boolean => stopping.aborted;
  const watch = new BlockedWatch(health, `${transport} (start)`);
  stopping.addEventListener('abort', () => watch.freed(), { once: true });
  while (!isStopping()) {
    try {
      await subscription.start();
      watch.freed();
      return true;
    } catch (error) {
      if (isStopping()) return false; // a stop ends a start that still waits
      onFailure(error);
      if (!isUnavailable(error)) watch.blocked(`it cannot start: ${reasonOf(error)}`);
      log.error(`${transport} cannot start, retrying in 5 s: ${reasonOf(error)}`);
      await wait(START_AGAIN_AFTER, undefined, { signal: stopping }).catch(() => undefined);
    }
  }
  return false;
}
