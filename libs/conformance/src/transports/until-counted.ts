import { setTimeout as pause } from 'node:timers/promises';
import type { HandlerState } from 'throughline';
import type { App } from './fixture.js';

type Counts = HandlerState['counts'];

const TIMEOUT_MS = 60_000;

/** The sum of what all handlers of these applications have counted. */
async function countsOf(apps: readonly App[]): Promise<Counts> {
  const states = await Promise.all(apps.map(({ control }) => control.handlers()));
  const sum = (of: (counts: Counts) => number): number =>
    states.flat().reduce((all, { counts }) => all + of(counts), 0);
  return {
    done: sum(({ done }) => done),
    duplicates: sum(({ duplicates }) => duplicates),
    unmatched: sum(({ unmatched }) => unmatched),
    retries: sum(({ retries }) => retries),
    held: sum(({ held }) => held),
    deadLetters: sum(({ deadLetters }) => deadLetters),
  };
}

/** Waits until the applications' counts meet a condition. */
export async function untilCounted(
  apps: readonly App[],
  what: string,
  holds: (counts: Counts) => boolean,
): Promise<Counts> {
  const late = AbortSignal.timeout(TIMEOUT_MS);
  for (;;) {
    const counts = await countsOf(apps);
    if (holds(counts)) return counts;
    if (late.aborted)
      throw new Error(`Timed out waiting for: ${what}. The counts are ${JSON.stringify(counts)}.`);
    await pause(50);
  }
}
