import type { Guard } from 'throughline/tracing';
import type { Agent } from 'elastic-apm-node';
import { Losses } from '../loss/losses.js';
import type { ElasticOptions } from '../settings/options.js';
import { isRecording, isSwitchedOff } from './configuration.js';
import { missingCalls } from './inventory.js';
import type { Isolation } from './isolation.js';
import { nonRecordingOf, type NonRecordingFactory } from './non-recording.js';
import { isolationOf } from './private-isolation.js';
import { publicIsolation } from './public-isolation.js';
import { resumeOf, type Resume } from './resumed-context.js';

/** The access to the agent while it is recording, with those features that this version of the agent supports. */
export interface AgentAccess {
  readonly agent: Agent;
  readonly isolation: Isolation;
  readonly guard: Guard;
  readonly losses: Losses;
  /**
   * Creates transactions for traces that are not sampled. Absent if this is not configured, or if the agent does not support it.
   */
  readonly openNonRecording?: NonRecordingFactory | undefined;
  /** Creates parents with a precomputed context. Absent if the agent does not accept such parents. */
  readonly resume?: Resume | undefined;
}

type TracingOptions = Pick<ElasticOptions, 'unsampled'>;

const NO_NON_RECORDING =
  "This version of elastic-apm-node does not support unsampled: 'non-recording'. Unsampled messages cost as much as sampled ones.";

const NOT_STARTED =
  'The Elastic agent is not started, so nothing is traced. ' +
  "Write import 'elastic-apm-node/start.js' as the first line of the program, or choose another tracer.";

function nonRecording(
  agent: Agent,
  guard: Guard,
  isolation: Isolation,
): NonRecordingFactory | undefined {
  const open = isolation.adopt && guard.attempt(() => nonRecordingOf(agent, isolation));
  if (open === undefined) guard.warnOnce('non-recording', () => NO_NON_RECORDING);
  return open;
}

function inspectAgent(
  agent: Agent,
  guard: Guard,
  fallback: Isolation,
  { unsampled }: TracingOptions,
): AgentAccess {
  const isolation = isolationOf(agent, fallback);
  const missing = missingCalls(agent, isolation);
  if (missing.length > 0) {
    guard.warnOnce(
      'missing',
      () =>
        `This version of elastic-apm-node has no ${missing.join(', ')}. Traces will contain less information.`,
    );
  }
  const losses = new Losses(agent, guard);
  guard.attempt(() => {
    losses.watch();
  });
  const openNonRecording =
    unsampled === 'non-recording' ? nonRecording(agent, guard, isolation) : undefined;
  const resume = isolation.resume && guard.attempt(() => resumeOf(agent, isolation));
  return { agent, guard, isolation, losses, openNonRecording, resume };
}

/**
 * Returns the access to the agent while the agent is recording. Recording may begin after the tracer was created. When it begins,
 * Throughline checks which of the private calls exist in this version of the agent. An agent that was not started is reported
 * once. An agent that is switched off is not reported.
 */
export function accessTo(
  agent: Agent,
  guard: Guard,
  options: TracingOptions,
): () => AgentAccess | undefined {
  const fallback = publicIsolation(agent);
  const isAgentRecording = (): boolean => isRecording(agent);
  let access: AgentAccess | undefined;
  return () => {
    const recording = guard.attempt(isAgentRecording);
    if (recording === true)
      return (access ??= guard.attempt(() => inspectAgent(agent, guard, fallback, options)));
    if (recording === false && !isSwitchedOff(agent))
      guard.warnOnce('not started', () => NOT_STARTED);
    return undefined;
  };
}
