import { ThroughlineError } from '#base';
import type { RetryPolicy } from '../retry-policy.js';
import type { Step } from '../step.js';

/**
 * Does not run what has been received far more often than it may fail: no run of it has ever come to an end, so it may well be
 * what kills the process. Queues without order know nothing of a message but how often it was received.
 */
export function stopCrashLoops({ receives }: RetryPolicy): Step {
  return (handling, next) => {
    const { failures } = handling.inbound;
    if (failures < receives) return next(handling);
    const { id } = handling.inbound;
    const cause = new ThroughlineError(
      'TL_CRASH_LOOP',
      `Message ${id} was received ${failures + 1} times, and no run of it has come to an end.`,
    );
    return { kind: 'deadLetter', reason: 'crashing', cause };
  };
}
