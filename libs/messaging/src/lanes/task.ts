import type { Arrival } from '../source.js';
import { Fifo } from './fifo.js';

/** A message in its lane. */
export class Task<A extends Arrival = Arrival> {
  isAtWork = false;
  /** Whether its shard is no longer ours: what it comes to concerns nobody. */
  isDropped = false;

  constructor(
    readonly arrival: A,
    readonly lane: Lane<A>,
    /** Failed runs so far. */
    public failures: number,
  ) {}
}

/** Messages that run one after another. */
export class Lane<A extends Arrival = Arrival> {
  readonly tasks = new Fifo<Task<A>>();
  /** Runs out when a failed message has waited for its next run. */
  timer: NodeJS.Timeout | undefined;

  constructor(
    readonly shard: Shard<A>,
    /** Its key in its shard; a message that stands in no order is a lane by itself, under its own arrival. */
    readonly key: string | A,
  ) {}
}

/** What came from one queue or topic-partition: what can be held back, and what gets its fair turn. */
export class Shard<A extends Arrival = Arrival> {
  readonly lanes = new Map<string | A, Lane<A>>();
  /** The lanes whose first message may run. */
  readonly ready = new Fifo<Lane<A>>();
  /** Messages here, waiting and at work. */
  count = 0;
  bytes = 0;

  constructor(readonly name: string) {}
}
