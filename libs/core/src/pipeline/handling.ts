import type { TraceIds } from 'throughline/tracing';
import type { RunState } from './run/run-state.js';
import type { InboundMessage } from 'throughline/transport';

/**
 * How far a run has come. `preparing`: its handler has not begun. `claiming`: nor has it, and it waits for the store of
 * `idempotent`. `begun`: it has, and is waited for. `abandoned`: its time was up
 * before that, and its handler must not begin any more.
 */
export type Stage = 'preparing' | 'claiming' | 'begun' | 'abandoned';

/** A message on its way through the behaviours: what arrived, and what they have made of its body so far. */
export interface Handling {
  readonly inbound: InboundMessage;
  /** 1 for the first run. */
  readonly attempt: number;
  readonly run: RunState;
  /** The span of this run. */
  readonly trace: TraceIds | undefined;
  /** The body: its text parsed, then what the schema made of it. Written in place: a copy for each step costs every message two. */
  payload: unknown;
  /** Written in place as well. */
  stage: Stage;
}

/** Says that a run was abandoned meanwhile; whoever waited for it has been answered already. */
export class Abandoned extends Error {
  override readonly name = 'Abandoned';
}

/** Whether its handler has not begun, and still may. */
export const isBefore = ({ stage }: Handling): boolean =>
  stage === 'preparing' || stage === 'claiming';

/**
 * The handler begins: from here on it is waited for.
 *
 * @throws Abandoned
 */
export function begin(handling: Handling): void {
  if (handling.stage === 'abandoned')
    throw new Abandoned('Its time was up before its handler began.');
  handling.stage = 'begun';
}
