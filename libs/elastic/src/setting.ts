import type { Agent } from 'elastic-apm-node';
import type { Isolation } from './agent-calls.js';
import { isRecording, isSwitchedOff, isolationOf, missingCalls } from './agent-internals.js';
import type { Guard } from './guard.js';
import { publicIsolation } from './public-isolation.js';

/** What the spans of one tracer share. */
export interface Setting {
  readonly agent: Agent;
  readonly isolation: Isolation;
  readonly guard: Guard;
}

const NOT_STARTED =
  'The Elastic agent is not started, so nothing is traced. ' +
  "Write import 'elastic-apm-node/start.js' as the first line of the program, or choose another tracer.";

function look(agent: Agent, guard: Guard, instead: Isolation): Setting {
  const isolation = isolationOf(agent, instead);
  const missing = missingCalls(agent, isolation);
  if (missing.length > 0) {
    guard.once(
      'missing',
      () => `This elastic-apm-node lacks ${missing.join(', ')}: traces say less.`,
    );
  }
  return { agent, guard, isolation };
}

/**
 * Gives what is needed to trace while the agent records, which it may begin to do after the tracer was made. An agent that is
 * not started is told of once; one that was switched off is meant to be.
 */
export function settingOf(agent: Agent, guard: Guard): () => Setting | undefined {
  const instead = publicIsolation(agent);
  let setting: Setting | undefined;
  return () => {
    const recording = guard.attempt(() => isRecording(agent));
    if (recording === true) return (setting ??= guard.attempt(() => look(agent, guard, instead)));
    if (recording === false && !isSwitchedOff(agent)) guard.once('not started', () => NOT_STARTED);
    return undefined;
  };
}
