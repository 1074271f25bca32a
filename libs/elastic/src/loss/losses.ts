import type { Guard } from 'throughline/tracing';
import type { Agent } from 'elastic-apm-node';
import {
  clientOf,
  countsOf,
  queueSizeOf,
  watchRequests,
  type EventCounts,
} from '../agent/internals.js';
import type { Client } from '../agent/shapes.js';

/** The agent has no event for what it drops; so many messages go by between two looks at its count. */
const LOOK_EVERY = 1_000;

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** What the APM Server says to have taken of a request that it refused. */
const acceptedOf = (error: unknown): number =>
  typeof error === 'object' &&
  error !== null &&
  'accepted' in error &&
  typeof error.accepted === 'number'
    ? error.accepted
    : 0;

/** Counts what the agent loses, and tells of it once: for want of room, and to a server that is away. */
export class Losses {
  readonly #agent: Agent;
  readonly #guard: Guard;
  #client: Client | undefined;
  #begun = countsOf(undefined);
  #failed = 0;
  #untilLook = LOOK_EVERY;

  constructor(agent: Agent, guard: Guard) {
    this.#agent = agent;
    this.#guard = guard;
  }

  /** Since the agent's start: what it dropped, and what was in requests that failed. */
  get lost(): number {
    return this.#counts.dropped + this.#failed;
  }

  /** What the agent still has, or has sent without an answer so far. */
  get pending(): number {
    const { given, dropped, concluded } = this.#counts;
    return Math.max(0, given - dropped - concluded);
  }

  /** Watches the requests of the agent that runs; once for each start of it. */
  watch(): void {
    const client = clientOf(this.#agent);
    if (client === undefined || client === this.#client) return;
    this.#client = client;
    this.#failed = 0;
    this.#begun = countsOf(client);
    watchRequests(client, {
      began: () => (this.#begun = countsOf(client)),
      failed: (error) => {
        if (client === this.#client) this.#judge(error, countsOf(client));
      },
    });
  }

  /** A message has ended. */
  passed(): void {
    this.#untilLook -= 1;
    if (this.#untilLook > 0) return;
    this.#untilLook = LOOK_EVERY;
    this.#guard.attempt(() => {
      this.look();
    });
  }

  look(): void {
    this.watch();
    const { dropped, failures } = this.#counts;
    // Behind a server that is away the queue is full whatever its size.
    if (dropped > 0 && failures === 0) this.#guard.once('dropped', () => this.#fullQueue(dropped));
  }

  get #counts(): EventCounts {
    return countsOf(this.#client);
  }

  #judge(error: unknown, now: EventCounts): void {
    // Requests for the server's version or settings fail by the same event, and lose nothing.
    if (now.failures <= this.#begun.failures) return;
    this.#failed += Math.max(0, now.concluded - this.#begun.concluded - acceptedOf(error));
    this.#begun = now;
    this.#guard.once(
      'away',
      () =>
        `The APM Server did not take what the Elastic agent sent (${messageOf(error)}): until it does, traces are lost. ` +
        'Look at the serverUrl, secretToken and apiKey of the agent.',
    );
  }

  #fullQueue(dropped: number): string {
    const size = queueSizeOf(this.#agent) ?? 'its default size';
    return (
      `The Elastic agent has dropped ${dropped} events so far, since its queue of ${size} was full: traces have gaps. ` +
      'Give it a maxQueueSize of one second of events, and an apiRequestSize of 10mb: apm.start({ ...elasticDefaults() }).'
    );
  }
}
