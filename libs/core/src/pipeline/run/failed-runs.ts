import type { EarlierRun } from '../../scheduler/lanes/task.js';

const MOST = 10_000;

/**
 * Remembers the failed run of each message until the message is redelivered, for brokers that do not store this information. If
 * the message is redelivered to another process, nothing here removes its entry. The oldest entries are therefore dropped.
 */
export class FailedRuns {
  readonly #runs = new Map<string, EarlierRun>();

  remember(messageId: string, run: EarlierRun): void {
    this.#runs.delete(messageId);
    this.#runs.set(messageId, run);
    if (this.#runs.size <= MOST) return;
    const [oldest] = this.#runs.keys();
    if (oldest !== undefined) this.#runs.delete(oldest);
  }

  take(messageId: string): EarlierRun | undefined {
    const run = this.#runs.get(messageId);
    if (run !== undefined) this.#runs.delete(messageId);
    return run;
  }
}
