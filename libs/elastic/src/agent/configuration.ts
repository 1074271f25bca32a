import type { Configuration, PrivateAgent, PrivateTransaction } from './shapes.js';

/* The agent's settings in force, as far as they concern messages. */

export const configurationOf = ({ _conf }: PrivateAgent): Configuration | undefined => _conf;

export const maxQueueSizeOf = ({ _conf }: PrivateAgent): number | undefined => _conf?.maxQueueSize;

/** Whether the agent records. `isStarted()` is also true for an agent that was started inactive. */
export const isRecording = (agent: PrivateAgent): boolean =>
  // `isStarted()` returns undefined before the start, whatever its type says.
  agent.isStarted() ? agent._instrumentation?._started !== false : false;

/** Whether the agent is switched off, by `ELASTIC_APM_ACTIVE=false` or because it rejected its settings and logged that. */
export const isSwitchedOff = (agent: PrivateAgent): boolean => agent._conf?.active === false;

/** Whether `ignoreMessageQueues` matches this destination (row 28 of Elastic's specification, MSG:189). */
export const isIgnored = (agent: PrivateAgent, destination: string): boolean =>
  agent._conf?.ignoreMessageQueuesRegExp?.some((pattern) => pattern.test(destination)) === true;

/** Whether `captureBody` is on for transactions (row 19, MSG:168). */
export const showsBodies = ({ _conf }: PrivateAgent): boolean =>
  _conf?.captureBody === 'all' || _conf?.captureBody === 'transactions';

/** Whether `captureHeaders` is on (row 20, MSG:173). Always false if it is not known which headers are secret. */
export const showsHeaders = ({ _conf }: PrivateAgent): boolean =>
  _conf?.captureHeaders === true && _conf.sanitizeFieldNamesRegExp !== undefined;

/** Whether `sanitizeFieldNames` matches this header (row 21, SAN:37). */
export const isSecret = (agent: PrivateAgent, header: string): boolean =>
  agent._conf?.sanitizeFieldNamesRegExp?.some((pattern) => pattern.test(header)) !== false;

/**
 * Whether the agent will send this transaction: it does not send unsampled transactions, and sends none with
 * `contextPropagationOnly`.
 */
export const isSent = (agent: PrivateAgent, { sampled }: PrivateTransaction): boolean =>
  sampled !== false && agent._conf?.contextPropagationOnly !== true;

/** Whether the trace of a message continues in this service, or a new trace begins (row 37, CONT:21). */
export function continuesTrace({ _conf }: PrivateAgent, tracestate = ''): boolean {
  const strategy = _conf?.traceContinuationStrategy;
  if (strategy === 'restart_external') return /(^|,)es=/.test(tracestate);
  return strategy === 'continue';
}
