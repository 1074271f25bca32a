import { endsBefore } from '#base';
import type { AgentAccess } from '../agent/access.js';

/**
 * Flushes the agent, twice if necessary. The agent waits one second for errors and spans that it is still collecting. If events
 * follow after that, they need a second flush.
 */
async function flushAll({ agent, guard, losses }: AgentAccess): Promise<void> {
  await guard.attemptAsync(() => agent.flush());
  const more = guard.attempt(() => losses.pending) ?? 0;
  if (more > 0) await guard.attemptAsync(() => agent.flush());
}

/**
 * Sends the agent's remaining events, and gives up at the deadline. Keeps the process alive while it waits, because the agent
 * itself does not keep a process from ending before all events are sent. Events without a response by the deadline count as lost.
 */
export async function flush(
  access: AgentAccess,
  deadline: AbortSignal,
): Promise<{ readonly lost: number }> {
  const { guard, losses } = access;
  guard.attempt(() => {
    losses.watch();
  });
  const isComplete = await endsBefore(deadline, flushAll(access));
  const lost = guard.attempt(() => {
    losses.look();
    return isComplete ? losses.lost : losses.lost + losses.pending;
  });
  return { lost: lost ?? 0 };
}
