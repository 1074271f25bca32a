import { setTimeout as wait } from 'node:timers/promises';
import { isUnavailable, OwnLog, sentenceOf } from '#base';
import { BlockedWatch, type HealthReports } from 'throughline/transport';
import type { Subscription } from '../../scheduler/subscription.js';

const START_AGAIN_AFTER = 5_000;
const log = new OwnLog('Throughline');

/** The dependencies of {@link startUntilDone}. */
export interface StartParts {
  /** The transport's name in logs and health reports. */
  readonly transport: string;
  readonly health: HealthReports;
  /** A signal that aborts when the application stops. Nothing is started after that. */
  readonly stopping: AbortSignal;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Starts a subscription, and retries every 5 s until it has started. Resolves with `true` when it has started, or with `false` if
 * the application stops before.
 */
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
      if (isStopping()) return false; // a stop ends a start that is still waiting
      onFailure(error);
      const reason = sentenceOf(error);
      if (!isUnavailable(error))
        watch.blocked(`${transport} could not start: ${reason} Throughline is retrying every 5 s.`);
      log.error(`${transport} could not start: ${reason} Throughline will retry in 5 s.`);
      await wait(START_AGAIN_AFTER, undefined, { signal: stopping }).catch(() => undefined);
    }
  }
  return false;
}
