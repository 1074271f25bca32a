import type { Arrival } from '../source.js';

/** A message on its way through the behaviours: what arrived, and what they have made of its body so far. */
export interface Handling {
  readonly arrival: Arrival;
  readonly attempt: number;
  /** The body: its text parsed, then what the schema made of it. */
  readonly payload: unknown;
}
