import { exponential, type Backoff } from '#base';
import { isUnavailable } from '#base';
import type { Scheduler } from './lanes/scheduler.js';
import type { Outcome } from 'throughline/transport';
import { OwnLog } from '#base';
import { loggedSentence } from '../pipeline/run/logged-reason.js';

const PROBES: Backoff = exponential('1s', '5s');

/**
 * Closes while something that a handler needs is unavailable. Nothing starts then but a probe now and then, one message at a time,
 * until one of them does not meet the outage. What waits stays where it is, and no attempt counts.
 */
export class OutageGate {
  readonly #lanes: Pick<Scheduler, 'resize'>;
  readonly #handler: string;
  readonly #log = new OwnLog('Throughline');
  #slots: number;
  #failedProbes = 0;
  #probe: NodeJS.Timeout | undefined;

  constructor(lanes: Pick<Scheduler, 'resize'>, slots: number, handler: string) {
    this.#lanes = lanes;
    this.#slots = slots;
    this.#handler = handler;
  }

  get isClosed(): boolean {
    return this.#failedProbes > 0;
  }

  /** How many slots there are while the gate is open. */
  resize(slots: number): void {
    this.#slots = slots;
    if (!this.isClosed) this.#lanes.resize(slots);
  }

  /** A run has ended so. */
  saw(outcome: Outcome): void {
    if (outcome.kind === 'retry' && isUnavailable(outcome.cause)) this.#close(outcome.cause);
    else if (this.isClosed) this.#open();
  }

  stop(): void {
    clearTimeout(this.#probe);
    this.#probe = undefined;
  }

  #close(cause: unknown): void {
    if (this.#probe !== undefined) return;
    if (this.#failedProbes === 0) {
      this.#log.warn(
        `${this.#handler} waits: ${loggedSentence(cause)} What failed for that does not count.`,
      );
    }
    this.#failedProbes += 1;
    this.#lanes.resize(0);
    this.#probe = setTimeout(() => {
      this.#probe = undefined;
      this.#lanes.resize(1);
    }, PROBES.next(this.#failedProbes));
  }

  #open(): void {
    this.stop();
    this.#failedProbes = 0;
    this.#log.log(`${this.#handler} goes on.`);
    this.#lanes.resize(this.#slots);
  }
}
