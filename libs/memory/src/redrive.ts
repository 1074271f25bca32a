import type { RedrivePlan, RedriveProgress } from 'throughline/transport';
import type { StoredLetter } from './side.js';

/**
 * Moves the given dead letters, one after another. They are those that existed when the redrive began.
 *
 * @param write writes a dead letter to its destination, and returns false if another redrive has already moved it
 */
export async function redrive(
  plan: RedrivePlan,
  deadLetters: readonly StoredLetter[],
  write: (stored: StoredLetter) => Promise<boolean> | boolean,
): Promise<RedriveProgress> {
  let moved = 0;
  let left = 0;
  const progress = (): RedriveProgress => ({ seen: moved + left, moved, left });
  for (const stored of deadLetters) {
    if (plan.signal.aborted) break;
    if (!plan.wants(stored.deadLetter)) left += 1;
    else if (plan.isDry) moved += 1;
    else if (!(await hasTurn(plan))) break;
    else if (await write(stored)) moved += 1;
    plan.onProgress(progress());
  }
  return progress();
}

/** Waits until the next dead letter may be moved, or until the redrive stops. */
async function hasTurn({ turn, signal }: RedrivePlan): Promise<boolean> {
  try {
    await turn();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return !signal.aborted;
}
