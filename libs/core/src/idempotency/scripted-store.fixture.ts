import { ThroughlineError } from '#base';
import type { Claim, IdempotencyStore } from './idempotency-store.js';

/** A store whose responses a test determines. It records the calls that it receives. */
export class ScriptedStore implements IdempotencyStore {
  readonly name = 'scripted';
  readonly asked: string[] = [];
  answer: Claim = { kind: 'granted' };
  isAway = false;
  isStillOurs = true;

  claim: IdempotencyStore['claim'] = () => this.#tell('claim', this.answer);

  renew(): Promise<boolean> {
    return this.#tell('renew', this.isStillOurs);
  }

  complete(): Promise<void> {
    return this.#tell('complete', undefined);
  }

  release(): Promise<void> {
    return this.#tell('release', undefined);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #tell<R>(what: string, answer: R): Promise<R> {
    await Promise.resolve();
    if (this.isAway) throw new ThroughlineError('TL_SCRIPT_UNAVAILABLE', 'The store is away.');
    this.asked.push(what);
    return answer;
  }
}
