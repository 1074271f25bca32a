import { readable } from '#base';
import { GIVEN_BACK } from 'throughline/transport';
import { inboundOf } from '../../delivery.js';
import { isA, notOurs, type RetryPolicy } from '../retry-policy.js';
import type { Step } from '../step.js';
import { Abandoned } from './deadline.js';

/** Converts a thrown value into an outcome. If the message no longer belongs to this process, nothing is counted. */
export const classify = (retryPolicy: RetryPolicy): Step => ({
  name: 'classify',
  recover: (delivery, thrown) => {
    if (isA(Abandoned, thrown)) return GIVEN_BACK;
    if (inboundOf(delivery).signal.aborted) return notOurs(readable(thrown));
    return retryPolicy.classify(thrown, delivery.attempt);
  },
});
