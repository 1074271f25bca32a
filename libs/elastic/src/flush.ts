import { droppedEvents } from './agent-internals.js';
import type { Setting } from './setting.js';

const aborted = (deadline: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (deadline.aborted) resolve();
    deadline.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });

/**
 * Sends out what the agent has, at the latest until the deadline. The agent's own handles let a process end with half of it
 * unsent, so a timer holds the process meanwhile.
 */
export async function flush(
  { agent, guard }: Setting,
  deadline: AbortSignal,
): Promise<{ readonly lost: number }> {
  const hold = setInterval(() => undefined, 1_000);
  try {
    await Promise.race([guard.attemptAsync(() => agent.flush()), aborted(deadline)]);
  } finally {
    clearInterval(hold);
  }
  return { lost: guard.attempt(() => droppedEvents(agent)) ?? 0 };
}
