import { ThroughlineError } from '#base';
import { inboundOf } from '../../delivery.js';
import type { RetryPolicy } from '../retry-policy.js';
import type { Step } from '../step.js';

/**
 * Creates the step that dead-letters a message, without running it, if the message was received far more often than it may fail.
 * None of its earlier runs has ended, so the message probably crashes the process. A source without order reports only how often
 * a message was received, so this step can use only that number.
 */
export const crashLoop = ({ receives }: RetryPolicy): Step => ({
  name: 'crash-loop',
  enter: (delivery) => {
    const inbound = inboundOf(delivery);
    const { failures } = inbound;
    if (failures < receives) return undefined;
    const cause = new ThroughlineError(
      'TL_CRASH_LOOP',
      `Message ${inbound.id} was received ${failures + 1} times, but its handler never finished. The message probably crashes the process.`,
    );
    return { kind: 'deadLetter', reason: 'crashing', cause };
  },
});
