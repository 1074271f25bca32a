import type { Setting } from '../agent/access.js';

const aborted = (deadline: AbortSignal): Promise<'late'> =>
  new Promise((resolve) => {
    const tell = (): void => {
      resolve('late');
    };
    if (deadline.aborted) tell();
    deadline.addEventListener('abort', tell, { once: true });
  });

/** The agent waits a second for errors and spans that it still reads; what it was given after that takes a second round. */
async function flushAll({ agent, guard, losses }: Setting): Promise<'in time'> {
  await guard.attemptAsync(() => agent.flush());
  const more = guard.attempt(() => losses.pending) ?? 0;
  if (more > 0) await guard.attemptAsync(() => agent.flush());
  return 'in time';
}

/**
 * Sends out what the agent has, at the latest until the deadline. The agent's own handles let a process end with half of it
 * unsent, so a timer holds the process meanwhile. What has no answer by the deadline counts as lost.
 */
export async function flush(
  setting: Setting,
  deadline: AbortSignal,
): Promise<{ readonly lost: number }> {
  const { guard, losses } = setting;
  guard.attempt(() => {
    losses.watch();
  });
  const hold = setInterval(() => undefined, 1_000);
  const end = await Promise.race([flushAll(setting), aborted(deadline)]);
  clearInterval(hold);
  const lost = guard.attempt(() => {
    losses.look();
    return end === 'late' ? losses.lost + losses.pending : losses.lost;
  });
  return { lost: lost ?? 0 };
}
