import type { TraceIds, Work } from 'throughline/tracing';
import type { AgentAccess } from '../../agent/access.js';

/**
 * A message from a destination that `ignoreMessageQueues` matches (row 28, elastic/apm MSG:189). While the message is processed,
 * there is no current transaction, so messages that its handler sends carry no context. A trace therefore ends at an ignored
 * destination.
 */
export class IgnoredWork implements Work {
  readonly ids: TraceIds | undefined = undefined;
  readonly #access: AgentAccess;

  constructor(access: AgentAccess) {
    this.#access = access;
  }

  run<R>(work: () => R): R {
    const { guard, isolation } = this.#access;
    return guard.around(isolation.outside, work);
  }

  end(): void {
    // There is no transaction to end.
  }
}
