import { setTimeout as pause } from 'node:timers/promises';
import type { HandlerState } from 'throughline';
import type { App } from './stage.js';

type Counts = HandlerState['counts'];

const GENEROUS = 30_000;

/** What all handlers of these applications have counted, taken together. */
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

/** Waits until the applications have counted so much. */
export async function counted(
  apps: readonly App[],
  what: string,
  holds: (counts: Counts) => boolean,
): Promise<Counts> {
  const late = AbortSignal.timeout(GENEROUS);
  for (;;) {
    const counts = await countsOf(apps);
    if (holds(counts)) return counts;
    if (late.aborted) throw new Error(`Never counted: ${what}. It is ${JSON.stringify(counts)}.`);
    await pause(50);
  }
}
