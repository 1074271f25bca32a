import type { TraceIds } from 'throughline/tracing';
import type { RunState } from '../run-state.js';
import type { Arrival } from '../source.js';

/** A message on its way through the behaviours: what arrived, and what they have made of its body so far. */
export interface Handling {
  readonly arrival: Arrival;
  /** 1 for the first run. */
  readonly attempt: number;
  readonly run: RunState;
  /** The span of this run. */
  readonly trace: TraceIds | undefined;
  /** The body: its text parsed, then what the schema made of it. Written in place: a copy for each step costs every message two. */
  payload: unknown;
}
