import type { Configuration, PrivateAgent, PrivateTransaction } from './shapes.js';

/* Reads the current settings of the agent that concern messages. */

export const configurationOf = ({ _conf }: PrivateAgent): Configuration | undefined => _conf;

export const maxQueueSizeOf = ({ _conf }: PrivateAgent): number | undefined => _conf?.maxQueueSize;

/** Whether the agent records. `isStarted()` is also true for an agent that was started inactive. */
export const isRecording = (agent: PrivateAgent): boolean =>
  // Before the start, `isStarted()` returns `undefined`, although its type does not allow that.
  agent.isStarted() ? agent._instrumentation?._started !== false : false;

/**
 * Whether the agent is switched off: by `ELASTIC_APM_ACTIVE=false`, or because its settings are invalid. In the second case, the
 * agent has logged that.
 */
export const isSwitchedOff = (agent: PrivateAgent): boolean => agent._conf?.active === false;

/** Whether `ignoreMessageQueues` matches this destination (row 28 of Elastic's specification, MSG:189). */
export const isIgnored = (agent: PrivateAgent, destination: string): boolean =>
  agent._conf?.ignoreMessageQueuesRegExp?.some((pattern) => pattern.test(destination)) === true;

/** Whether `captureBody` is on for transactions (row 19, MSG:168). */
export const showsBodies = ({ _conf }: PrivateAgent): boolean =>
  _conf?.captureBody === 'all' || _conf?.captureBody === 'transactions';

/** Whether `captureHeaders` is on (row 20, MSG:173). Always false if the setting for secret headers cannot be read. */
export const showsHeaders = ({ _conf }: PrivateAgent): boolean =>
  _conf?.captureHeaders === true && _conf.sanitizeFieldNamesRegExp !== undefined;

/** Whether `sanitizeFieldNames` matches this header (row 21, SAN:37). */
export const isSecret = (agent: PrivateAgent, header: string): boolean =>
  agent._conf?.sanitizeFieldNamesRegExp?.some((pattern) => pattern.test(header)) !== false;

/**
 * Whether the agent will send this transaction. It does not send unsampled transactions. With `contextPropagationOnly`, it sends
 * none.
 */
export const isSent = (agent: PrivateAgent, { sampled }: PrivateTransaction): boolean =>
  sampled !== false && agent._conf?.contextPropagationOnly !== true;

/** Whether a message's trace continues in this service. Otherwise, a new trace begins (row 37, CONT:21). */
export function continuesTrace({ _conf }: PrivateAgent, tracestate = ''): boolean {
  const strategy = _conf?.traceContinuationStrategy;
  if (strategy === 'restart_external') return /(^|,)es=/.test(tracestate);
  return strategy === 'continue';
}
