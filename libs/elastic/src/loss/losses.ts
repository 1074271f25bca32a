import type { Guard } from 'throughline/tracing';
import type { Agent } from 'elastic-apm-node';
import { clientOf, countsOf, watchRequests, type EventCounts } from '../agent/client.js';
import { maxQueueSizeOf } from '../agent/configuration.js';
import type { Client } from '../agent/shapes.js';

/**
 * How many messages may pass before Throughline reads the agent's count of dropped events again. The agent does not report
 * dropped events itself.
 */
const LOOK_EVERY = 1_000;

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Returns how many events of a rejected request the APM Server has accepted anyway. */
const acceptedOf = (error: unknown): number =>
  typeof error === 'object' &&
  error !== null &&
  'accepted' in error &&
  typeof error.accepted === 'number'
    ? error.accepted
    : 0;

/**
 * Counts the events that the agent loses. Logs one warning for each cause: a full queue, or a server that does not accept the
 * events.
 */
export class Losses {
  readonly #agent: Agent;
  readonly #guard: Guard;
  #client: Client | undefined;
  #atRequest = countsOf(undefined);
  #failed = 0;
  #untilLook = LOOK_EVERY;

  constructor(agent: Agent, guard: Guard) {
    this.#agent = agent;
    this.#guard = guard;
  }

  /** The number of lost events since the agent's start: events that the agent dropped, and events whose requests failed. */
  get lost(): number {
    return this.#counts.dropped + this.#failed;
  }

  /** The number of events that the agent has not sent yet, or for which it has received no response. */
  get pending(): number {
    const { given, dropped, concluded } = this.#counts;
    return Math.max(0, given - dropped - concluded);
  }

  /** Watches the requests of the agent's current client. Does nothing if that client is watched already. */
  watch(): void {
    const client = clientOf(this.#agent);
    if (client === undefined || client === this.#client) return;
    this.#client = client;
    this.#failed = 0;
    this.#atRequest = countsOf(client);
    watchRequests(client, {
      began: () => (this.#atRequest = countsOf(client)),
      failed: (error) => {
        if (client === this.#client) this.#countFailure(error, countsOf(client));
      },
    });
  }

  messageEnded(): void {
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
    // If the server does not respond, the queue becomes full, whatever its size is.
    if (dropped > 0 && failures === 0)
      this.#guard.warnOnce('dropped', () => this.#droppedWarning(dropped));
  }

  get #counts(): EventCounts {
    return countsOf(this.#client);
  }

  #countFailure(error: unknown, now: EventCounts): void {
    // A failed request for the server's version or settings causes the same notification, but loses no events.
    if (now.failures <= this.#atRequest.failures) return;
    this.#failed += Math.max(0, now.concluded - this.#atRequest.concluded - acceptedOf(error));
    this.#atRequest = now;
    this.#guard.warnOnce(
      'server',
      () =>
        `The APM Server is not accepting the Elastic agent's events (${messageOf(error)}). Until the server accepts events, traces are lost. ` +
        "Check the agent's serverUrl, secretToken and apiKey.",
    );
  }

  #droppedWarning(dropped: number): string {
    const size = maxQueueSizeOf(this.#agent) ?? 'its default size';
    return (
      `The Elastic agent has dropped ${dropped} events so far, because its queue (maxQueueSize: ${size}) was full. Traces have gaps. ` +
      'Set maxQueueSize to at least the number of events produced per second, and apiRequestSize to 10mb: apm.start({ ...elasticDefaults() }).'
    );
  }
}
