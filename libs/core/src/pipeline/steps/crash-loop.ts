import { ThroughlineError } from '#base';
import { inboundOf } from '../../delivery.js';
import type { RetryPolicy } from '../retry-policy.js';
import type { Step } from '../step.js';

/**
 * Does not run what has been received far more often than it may fail: no run of it has ever come to an end, so it may well be
 * what kills the process. A source without order knows nothing of a message but how often it was received.
 */
export const crashLoop = ({ receives }: RetryPolicy): Step => ({
  name: 'crash-loop',
  enter: (delivery) => {
    const { failures, id } = inboundOf(delivery);
    if (failures < receives) return undefined;
    const cause = new ThroughlineError(
      'TL_CRASH_LOOP',
      `Message ${id} was received ${failures + 1} times, and no run of it has come to an end.`,
    );
    return { kind: 'deadLetter', reason: 'crashing', cause };
  },
});
