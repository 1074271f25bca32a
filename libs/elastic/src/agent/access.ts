import type { Guard } from 'throughline/tracing';
import type { Agent } from 'elastic-apm-node';
import type { Isolation } from './isolation.js';
import { isRecording, isSwitchedOff, isolationOf, resumeOf, standInsOf } from './internals.js';
import { missingCalls } from './inventory.js';
import { Losses } from '../loss/losses.js';
import type { ElasticOptions } from '../settings/options.js';
import type { Resume } from './resumed-context.js';
import { publicIsolation } from './public-isolation.js';

/** What the spans of one tracer share. */
export interface Setting {
  readonly agent: Agent;
  readonly isolation: Isolation;
  readonly guard: Guard;
  readonly losses: Losses;
  /** Makes stand-ins for transactions of traces that are not sampled; absent where they are not wanted, or cannot be made. */
  readonly standIn?: ReturnType<typeof standInsOf>;
  /** Makes parents whose context is ready; absent where the agent cannot be given them. */
  readonly resume?: Resume | undefined;
}

/** How the tracer was told to trace. */
export type Wanted = Pick<ElasticOptions, 'unsampled'>;

const NOT_LEAN =
  "This elastic-apm-node lacks what unsampled: 'lean' leans on: messages that are not sampled cost as much as others.";

const NOT_STARTED =
  'The Elastic agent is not started, so nothing is traced. ' +
  "Write import 'elastic-apm-node/start.js' as the first line of the program, or choose another tracer.";

function standInFor(agent: Agent, guard: Guard, isolation: Isolation): Pick<Setting, 'standIn'> {
  const standIn = isolation.adopt && guard.attempt(() => standInsOf(agent, isolation));
  if (standIn === undefined) guard.once('not lean', () => NOT_LEAN);
  return { standIn };
}

function look(agent: Agent, guard: Guard, instead: Isolation, wanted: Wanted): Setting {
  const isolation = isolationOf(agent, instead);
  const missing = missingCalls(agent, isolation);
  if (missing.length > 0) {
    guard.once(
      'missing',
      () => `This elastic-apm-node lacks ${missing.join(', ')}: traces say less.`,
    );
  }
  const losses = new Losses(agent, guard);
  guard.attempt(() => {
    losses.watch();
  });
  const lean = wanted.unsampled === 'lean' ? standInFor(agent, guard, isolation) : {};
  const resume = isolation.resume && guard.attempt(() => resumeOf(agent, isolation));
  return { agent, guard, isolation, losses, resume, ...lean };
}

/**
 * Gives what is needed to trace while the agent records, which it may begin to do after the tracer was made. An agent that is
 * not started is told of once; one that was switched off is meant to be.
 */
export function settingOf(agent: Agent, guard: Guard, wanted: Wanted): () => Setting | undefined {
  const instead = publicIsolation(agent);
  const isAgentRecording = (): boolean => isRecording(agent);
  let setting: Setting | undefined;
  return () => {
    const recording = guard.attempt(isAgentRecording);
    if (recording === true)
      return (setting ??= guard.attempt(() => look(agent, guard, instead, wanted)));
    if (recording === false && !isSwitchedOff(agent)) guard.once('not started', () => NOT_STARTED);
    return undefined;
  };
}
