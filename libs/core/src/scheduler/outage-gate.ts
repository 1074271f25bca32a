import { exponential, type Backoff } from '#base';
import { isUnavailable } from '#base';
import type { Scheduler } from './lanes/scheduler.js';
import type { Outcome } from 'throughline/transport';
import { OwnLog } from '#base';
import { loggedSentence } from '../pipeline/run/logged-reason.js';

const PROBES: Backoff = exponential('1s', '5s');

/**
 * Suspends starts while something that a handler needs is unavailable. At intervals, the gate lets a single message start as a
 * probe. It opens again when a probe ends without an outage. Waiting messages stay where they are, and no attempt is counted.
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

  /** Sets the number of slots while the gate is open. */
  resize(slots: number): void {
    this.#slots = slots;
    if (!this.isClosed) this.#lanes.resize(slots);
  }

  /** Called with the outcome of each run. Closes the gate if the outcome is an outage, and opens it otherwise. */
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
        `${this.#handler} is waiting: ${loggedSentence(cause)} Throughline will keep retrying. The retries do not count as attempts.`,
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
    this.#log.log(`${this.#handler} is processing messages again.`);
    this.#lanes.resize(this.#slots);
  }
}
